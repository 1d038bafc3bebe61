package io.ashlar.metadata.model;

import java.time.Duration;

/**
 * What an operator can set for the whole cluster.
 *
 * @param copyBytesPerSecond how much all servers together may copy to mirrors that are not in sync;
 *     0 for no limit but each server's own
 * @param repairAfter how long a server or device may be gone before its mirrors are made anew
 *     elsewhere
 */
public record ClusterSettings(long copyBytesPerSecond, Duration repairAfter) {

    /** What a cluster begins with. */
    public static final ClusterSettings DEFAULT = new ClusterSettings(0, Duration.ofMinutes(10));

    /** Below this a resync would not end. */
    public static final long LEAST_COPY_RATE = 1 << 20;

    /** Checks the bounds. */
    public ClusterSettings {
        if (copyBytesPerSecond != 0 && copyBytesPerSecond < LEAST_COPY_RATE) {
            throw new IllegalArgumentException(
                    "the copy budget must be 0 (none) or at least 1MiB a second: "
                            + copyBytesPerSecond);
        }
        if (repairAfter.isNegative() || repairAfter.isZero()) {
            throw new IllegalArgumentException("mirrors cannot be repaired after " + repairAfter);
        }
    }
}
