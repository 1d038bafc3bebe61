package io.ashlar.dataplane.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ashlar.common.block.BlockSet;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.message.Timing;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.resync.CopyBudget;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.EpochStart;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.Lease;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.OverrideRecord;
import io.ashlar.metadata.model.VolumePolicy;
import io.ashlar.metadata.model.VolumeRow;
import io.ashlar.metadata.model.VolumeView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * H11 after an override: the extent goes on from a mirror that wrote on by itself after the others
 * had begun a later epoch without it. The new epoch begins in the history where that mirror left
 * it, or one that comes back would be thought to share what the mirror wrote alone.
 */
final class BranchPointTest implements CoordinatorPort {

    private static final MirrorId LOST = new MirrorId(1);
    private static final MirrorId CHOSEN = new MirrorId(2);
    private static final ServerId SERVER = new ServerId("s");
    private static final long EPOCH = 5;

    private final List<Command.Activate> proposed = new ArrayList<>();
    private final ArrayDeque<ToMirror> asked = new ArrayDeque<>();
    private long now;

    /** The first seq of the new epoch when an operator has chosen a mirror that ends there. */
    private long beginsAt(Position end, List<EpochStart> history) {
        ExtentRow born = ExtentRow.born(new ExtentId(3), new VolumeId(2), 0, List.of(LOST, CHOSEN));
        ExtentRow row =
                born.withInSync(List.of(LOST))
                        .withHistory(history, 0)
                        .withOverride(
                                new OverrideRecord(
                                        4, 2, List.of(CHOSEN), List.of(LOST), "op", "lost", 1));
        VolumeRow volume =
                new VolumeRow(
                        row.volume(),
                        "v",
                        1 << 20,
                        1 << 20,
                        List.of(row.id()),
                        new VolumePolicy(2, 1),
                        Lease.NEVER);
        Map<MirrorId, LocationRow> places =
                Map.of(
                        CHOSEN,
                        new LocationRow(CHOSEN, row.id(), SERVER, new DeviceId(new UUID(9, 2))),
                        LOST,
                        new LocationRow(
                                LOST,
                                row.id(),
                                new ServerId("gone"),
                                new DeviceId(new UUID(9, 1))));
        VolumeCoordinator coordinator =
                new VolumeCoordinator(
                        new ClusterId(new UUID(1, 2)),
                        EPOCH,
                        new VolumeView(volume, List.of(row), places, Map.of()),
                        SERVER,
                        Timing.DEFAULT,
                        new CopyBudget(1 << 30, now),
                        this);
        coordinator.link(SERVER, true);
        for (int i = 0; i < 200 && proposed.isEmpty(); i++) {
            now += 25_000_000;
            coordinator.tick();
            while (!asked.isEmpty()) {
                answer(coordinator, asked.remove(), end);
            }
        }
        return proposed.getFirst().firstSeq();
    }

    private static void answer(VolumeCoordinator to, ToMirror message, Position end) {
        MirrorReply reply =
                switch (message.request()) {
                    case MirrorRequest.Fence _ ->
                            new MirrorReply.Fenced(end, false, new BlockSet(), 0, 1L << 40);
                    case MirrorRequest.Ask ask -> new MirrorReply.Promised(ask.id(), 1L << 40);
                    case MirrorRequest.Flush flush -> new MirrorReply.Flushed(flush.id());
                    default -> throw new AssertionError(message.toString());
                };
        to.received(new FromMirror(message.mirror(), message.epoch(), message.conn(), reply));
    }

    @Test
    void theHistoryBeginsWhereTheChosenMirrorBranchedOff() {
        List<EpochStart> history = List.of(new EpochStart(1, 1), new EpochStart(3, 6));
        assertEquals(6, beginsAt(new Position(1, 9), history));
    }

    @Test
    void theHistoryGoesOnBehindAMirrorThatHasNoTailOfItsOwn() {
        List<EpochStart> history = List.of(new EpochStart(1, 1), new EpochStart(3, 6));
        assertEquals(5, beginsAt(new Position(1, 4), history));
    }

    // ---- CoordinatorPort ----

    @Override
    public long now() {
        return now;
    }

    @Override
    public void send(ServerId server, ToMirror message) {
        asked.add(message);
    }

    @Override
    public void propose(Command.MemberChange change) {
        if (change instanceof Command.Activate activate) {
            proposed.add(activate);
        }
    }

    @Override
    public void serving() {}

    @Override
    public void resigned(String why) {}

    @Override
    public void noted(Note note) {}
}
