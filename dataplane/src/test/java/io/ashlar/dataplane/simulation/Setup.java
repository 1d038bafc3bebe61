package io.ashlar.dataplane.simulation;

import io.ashlar.dataplane.message.Timing;
import java.time.Duration;

/**
 * The shape of a cluster.
 *
 * @param servers how many
 * @param mirrors of each extent
 * @param minInSync of the volumes' policy
 * @param volumes how many
 * @param extents of each volume
 * @param extentPages pages in each
 * @param clients how many
 * @param lanes requests that a client may have under way
 * @param copyBytesPerSecond budget of resyncs
 * @param slowLimit how long a slow mirror is waited for
 * @param repairAfter when the mirrors of a server that is gone are made elsewhere
 * @param faultsFor how long faults happen, in nanoseconds
 */
record Setup(
        int servers,
        int mirrors,
        int minInSync,
        int volumes,
        int extents,
        int extentPages,
        int clients,
        int lanes,
        long copyBytesPerSecond,
        Duration slowLimit,
        Duration repairAfter,
        long faultsFor) {

    static Setup draw(Chance chance) {
        int servers = (int) chance.between(2, 5);
        int volumes = chance.oneIn(2) ? 1 : (int) chance.between(2, 3);
        int mirrors = chance.oneIn(12) ? 1 : (int) chance.between(2, Math.min(3, servers));
        return new Setup(
                servers,
                mirrors,
                (int) chance.between(1, mirrors),
                volumes,
                chance.oneIn(3) ? 2 : 1,
                (int) chance.between(2, volumes > 1 ? 2 : 4),
                Math.max(volumes, (int) chance.between(2, 4)),
                (int) chance.between(1, 2),
                chance.between(1, 64) << 20,
                Duration.ofMillis(chance.between(600, 5000)),
                Duration.ofMillis(chance.between(500, 6000)),
                chance.between(Nanos.seconds(4), Nanos.seconds(14)));
    }

    /** Units of each volume. */
    int volumeUnits() {
        return extents * extentUnits();
    }

    int extentUnits() {
        return extentPages * 256 * Content.UNITS_PER_BLOCK;
    }

    long extentBytes() {
        return (long) extentPages << 20;
    }

    Timing timing() {
        Timing usual = Timing.DEFAULT;
        return new Timing(usual.term(), usual.stallLimit(), usual.linkGrace(), slowLimit.toNanos());
    }
}
