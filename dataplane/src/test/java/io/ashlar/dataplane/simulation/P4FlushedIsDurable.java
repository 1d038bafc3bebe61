package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.ExtentId;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.ExtentRow;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * P4: when a flush completes, every write that was acknowledged before it was asked is in what a
 * loss of power cannot take from any in-sync mirror; and a lossy activation takes none of it unless
 * an operator said so. An FUA write covers itself.
 */
final class P4FlushedIsDurable implements Watch {

    private static final String NAME = "P4 flushed is durable";

    /** What was acknowledged of every extent when a flush was asked, and when that was. */
    private record Asked(Volume volume, Map<ExtentId, Long> acknowledged, long tick) {}

    private final World world;
    private final Sequenced sequenced;
    private final Map<ExtentId, Long> acknowledged = new HashMap<>();
    private final Map<ExtentId, Long> flushed = new HashMap<>();
    private final Map<Attempt, Asked> flushes = new HashMap<>();
    private final Map<Volume, Long> flushedAt = new HashMap<>();
    private long losses;

    P4FlushedIsDurable(World world, Sequenced sequenced) {
        this.world = world;
        this.sequenced = sequenced;
    }

    @Override
    public void asked(Attempt attempt) {
        if (attempt.op() instanceof Op.Flush) {
            Volume volume = attempt.client().volume();
            Map<ExtentId, Long> covered = new HashMap<>(acknowledged);
            covered.keySet().retainAll(volume.extents());
            flushes.put(attempt, new Asked(volume, covered, world.history().tick()));
        }
    }

    @Override
    public void answered(long epoch, Attempt attempt, Result result) {
        if (!(result instanceof Result.Done)) {
            flushes.remove(attempt);
            return;
        }
        switch (attempt.op()) {
            case Op.Flush _ -> completed(flushes.remove(attempt));
            case Op.Write write -> acknowledged(epoch, write);
            case Op.Zero _, Op.Read _, Op.Survey _ -> {}
        }
    }

    private void completed(@Nullable Asked flush) {
        Asked asked = Optional.ofNullable(flush).orElseThrow();
        asked.acknowledged().forEach(this::durable);
        asked.acknowledged().forEach((extent, seq) -> flushed.merge(extent, seq, Math::max));
        flushedAt.merge(asked.volume(), asked.tick(), Math::max);
    }

    private void acknowledged(long epoch, Op.Write write) {
        for (int end : new int[] {write.first(), write.first() + write.units() - 1}) {
            ExtentId extent = world.extents().get(end / world.setup().extentUnits());
            if (sequenced.mayBeLost(extent, epoch)) {
                continue;
            }
            long seq =
                    sequenced.position(extent, epoch, write.stamp()).map(Position::seq).orElse(0L);
            acknowledged.merge(extent, seq, Math::max);
            if (write.fua()) {
                durable(extent, seq);
            }
        }
    }

    private void durable(ExtentId extent, long seq) {
        for (ModelMirror mirror : world.trustedMembers(extent)) {
            if (mirror.durableSeq() < seq) {
                throw new Violation(
                        NAME,
                        "extent "
                                + extent
                                + " is flushed through "
                                + seq
                                + ", but mirror "
                                + mirror.id()
                                + " may lose all after "
                                + mirror.durableSeq());
            }
        }
    }

    @Override
    public void changed(Command.MemberChange change, ExtentRow before, ExtentRow after) {
        if (change instanceof Command.Activate activate && activate.lossy()) {
            long kept = activate.firstSeq() - 1;
            long covered = flushed.getOrDefault(after.id(), 0L);
            if (kept < covered && !before.overridden()) {
                throw new Violation(
                        NAME,
                        "extent "
                                + after.id()
                                + " goes on from "
                                + kept
                                + ", but "
                                + covered
                                + " was flushed");
            }
            losses++;
            // Positions beyond begin anew: flushes under way are no longer compared.
            acknowledged.merge(after.id(), kept, Math::min);
            flushes.replaceAll((a, asked) -> new Asked(asked.volume(), Map.of(), asked.tick()));
            flushed.merge(after.id(), kept, Math::min);
            Volume volume = world.volume(after.volume());
            long sure = before.overridden() ? 0 : flushedAt.getOrDefault(volume, 0L);
            world.history().cut(world.extents().indexOf(after.id()), sure);
        }
    }

    /** How many lossy activations there were. */
    long losses() {
        return losses;
    }
}
