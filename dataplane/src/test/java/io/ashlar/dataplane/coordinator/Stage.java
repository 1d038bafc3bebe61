package io.ashlar.dataplane.coordinator;

import io.ashlar.common.block.BlockSet;
import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Payload;
import io.ashlar.common.error.ErrorCode;
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
import io.ashlar.dataplane.volume.Done;
import io.ashlar.dataplane.volume.Reply;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.EpochStart;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.Lease;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.VolumePolicy;
import io.ashlar.metadata.model.VolumeRow;
import io.ashlar.metadata.model.VolumeView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A coordinator of one extent, and mirrors on it whose every answer the test gives, but for what
 * brings the coordinator into service.
 */
final class Stage implements CoordinatorPort {

    static final MirrorId A = new MirrorId(1);
    static final MirrorId B = new MirrorId(2);

    private static final long EPOCH = 5;
    private static final long PAGES = 8;

    private final Map<MirrorId, Long> rooms = new HashMap<>();
    private final Map<MirrorId, ToMirror> newest = new HashMap<>();
    private final Map<MirrorId, ArrayDeque<MirrorRequest>> sent = new HashMap<>();
    private final ArrayDeque<Runnable> answers = new ArrayDeque<>();
    private final VolumeCoordinator coordinator;
    private final ExtentRow row;
    private Optional<String> resigned = Optional.empty();
    private long now;

    /** What became of a request. */
    static final class Outcome implements Reply<Done> {

        private String text = "open";

        @Override
        public void done(Done done) {
            text = "done";
        }

        @Override
        public void failed(ErrorCode code, String message) {
            text = code.name();
        }

        /** {@code open}, {@code done}, or the code of the failure. */
        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * Both mirrors exist, those of {@code inSync} are members; rooms are those of their devices.
     */
    Stage(List<MirrorId> inSync, long roomOfA, long roomOfB) {
        rooms.put(A, roomOfA);
        rooms.put(B, roomOfB);
        row =
                ExtentRow.born(new ExtentId(3), new VolumeId(2), 0, List.of(A, B))
                        .withInSync(inSync)
                        .withHistory(List.of(new EpochStart(1, 1)), 0);
        VolumeRow volume =
                new VolumeRow(
                        row.volume(),
                        "v",
                        PAGES << 20,
                        PAGES << 20,
                        List.of(row.id()),
                        new VolumePolicy(2, 1),
                        Lease.NEVER);
        VolumeView view =
                new VolumeView(
                        volume, List.of(row), Map.of(A, location(A), B, location(B)), Map.of());
        coordinator =
                new VolumeCoordinator(
                        new ClusterId(new UUID(1, 2)),
                        EPOCH,
                        view,
                        serverOf(A),
                        Timing.DEFAULT,
                        new CopyBudget(1 << 30, now),
                        this);
        coordinator.link(serverOf(A), true);
        coordinator.link(serverOf(B), true);
        coordinator.tick();
        pass(0);
    }

    private LocationRow location(MirrorId mirror) {
        return new LocationRow(
                mirror, row.id(), serverOf(mirror), new DeviceId(new UUID(9, mirror.value())));
    }

    private static ServerId serverOf(MirrorId mirror) {
        return new ServerId("s" + mirror.value());
    }

    /** Time passes, and what is to be answered of itself is. */
    void pass(long millis) {
        for (long i = 0; i <= millis; i += 25) {
            now += Math.min(25, millis - i) * 1_000_000;
            coordinator.tick();
            while (!answers.isEmpty()) {
                answers.remove().run();
            }
        }
    }

    /** A device's room as its mirrors tell it from now on. */
    void room(MirrorId mirror, long bytes) {
        rooms.put(mirror, bytes);
    }

    Outcome write(long first, int blocks) {
        Outcome outcome = new Outcome();
        coordinator.write(first, Payload.of(new byte[blocks << Blocks.SHIFT]), false, outcome);
        return outcome;
    }

    Outcome trim(long first, int blocks) {
        Outcome outcome = new Outcome();
        coordinator.zero(first, blocks, true, false, outcome);
        return outcome;
    }

    /** A mirror has all that it was sent. */
    void written(MirrorId mirror) {
        MirrorRequest last = sentTo(mirror).getLast();
        if (last instanceof MirrorRequest.Write write) {
            reply(mirror, new MirrorReply.Written(write.record().position().seq(), room(mirror)));
        }
    }

    private ArrayDeque<MirrorRequest> sentTo(MirrorId mirror) {
        return sent.computeIfAbsent(mirror, m -> new ArrayDeque<>());
    }

    private long room(MirrorId mirror) {
        return Optional.ofNullable(rooms.get(mirror)).orElseThrow();
    }

    void reply(MirrorId mirror, MirrorReply reply) {
        ToMirror asked = Optional.ofNullable(newest.get(mirror)).orElseThrow();
        coordinator.received(new FromMirror(mirror, asked.epoch(), asked.conn(), reply));
    }

    /** What a mirror was sent since the last call, but for what is answered of itself. */
    List<MirrorRequest> taken(MirrorId mirror) {
        ArrayDeque<MirrorRequest> all = sentTo(mirror);
        List<MirrorRequest> taken = new ArrayList<>(all);
        all.clear();
        return taken;
    }

    /** The first block of each change that a mirror was sent since. */
    List<Long> writesTo(MirrorId mirror) {
        return taken(mirror).stream()
                .filter(MirrorRequest.Write.class::isInstance)
                .map(r -> ((MirrorRequest.Write) r).record().change().range().first())
                .toList();
    }

    Optional<String> resigned() {
        return resigned;
    }

    // ---- CoordinatorPort ----

    @Override
    public long now() {
        return now;
    }

    @Override
    public void send(ServerId server, ToMirror message) {
        MirrorId mirror = message.mirror();
        newest.put(mirror, message);
        switch (message.request()) {
            case MirrorRequest.Fence _ -> {
                sentTo(mirror).add(message.request());
                Position last = new Position(1, row.inSync().contains(mirror) ? 9 : 8);
                answers.add(() ->
                        reply(
                                mirror,
                                new MirrorReply.Fenced(
                                        last, false, new BlockSet(), 0, room(mirror))));
            }
            case MirrorRequest.Ask ask ->
                    answers.add(
                            () -> reply(mirror, new MirrorReply.Promised(ask.id(), room(mirror))));
            default -> sentTo(mirror).add(message.request());
        }
    }

    @Override
    public void propose(Command.MemberChange change) {
        answers.add(() ->
                coordinator.changed(change, new Answer.MemberResult(true, EPOCH, List.of(row))));
    }

    @Override
    public void serving() {}

    @Override
    public void resigned(String why) {
        resigned = Optional.of(why);
    }

    @Override
    public void noted(Note note) {}
}
