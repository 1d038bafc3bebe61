package io.ashlar.dataplane.shard;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much this server may copy to mirrors that are not in sync: its share of the cluster's budget,
 * divided among the volumes that copy now, and never more than one volume may. Thread-safe; read
 * and counted at the volumes' ticks, not at every copy.
 */
public final class CopyShare {

    private static final long LEAST = 64 << 10;

    private final long perVolume;
    private final AtomicLong share = new AtomicLong();
    private final AtomicInteger copying = new AtomicInteger();

    /**
     * Without a limit but the volumes' own.
     *
     * @param perVolume bytes a second that one volume may copy
     */
    public CopyShare(long perVolume) {
        this.perVolume = perVolume;
    }

    /** This server's share in bytes a second; 0 for no limit. */
    public void share(long bytesPerSecond) {
        share.set(bytesPerSecond);
    }

    /** A volume begins to copy, or has done so. */
    void copying(boolean begins) {
        copying.addAndGet(begins ? 1 : -1);
    }

    /** What one volume may copy now. */
    long forOneVolume() {
        long all = share.get();
        return all == 0
                ? perVolume
                : Math.min(perVolume, Math.max(LEAST, all / Math.max(1, copying.get())));
    }
}
