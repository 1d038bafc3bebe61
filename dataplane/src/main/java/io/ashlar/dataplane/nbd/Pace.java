package io.ashlar.dataplane.nbd;

/**
 * Whether a connection moves the bytes that it holds, judged from one look to the next; costs
 * nothing in between. Confined to its loop.
 */
final class Pace {

    /** Less than this within the stall time is no progress. */
    static final int MIN_BYTES = 1 << 20;

    private long sinceNanos;
    private long moved = MIN_BYTES;

    /** So many bytes came, or went. */
    void moved(long bytes) {
        moved += bytes;
    }

    /** What is held now is not what was held before. */
    void restart() {
        moved = MIN_BYTES;
    }

    /** Looks: whether something is held that has hardly moved for {@code stallNanos}. */
    boolean stalled(boolean holding, long nowNanos, long stallNanos) {
        if (!holding || moved >= MIN_BYTES) {
            sinceNanos = nowNanos;
            moved = 0;
            return false;
        }
        return nowNanos - sinceNanos >= stallNanos;
    }
}
