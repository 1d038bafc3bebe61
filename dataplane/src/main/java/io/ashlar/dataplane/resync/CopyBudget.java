package io.ashlar.dataplane.resync;

/**
 * How fast background copying may go: a token bucket in bytes, refilled by time that is passed in.
 * Holds at most a tenth of a second's worth, so that a pause is not followed by a burst.
 */
public final class CopyBudget {

    private static final double NANOS = 1e9;

    private long bytesPerSecond;
    private double capacity;
    private double tokens;
    private long refilledAt;

    /**
     * Full at the start.
     *
     * @param bytesPerSecond at least 1 MiB
     * @param now nanoseconds of the monotonic clock
     */
    public CopyBudget(long bytesPerSecond, long now) {
        if (bytesPerSecond < 1 << 20) {
            throw new IllegalArgumentException("copy budget below 1MiB/s: " + bytesPerSecond);
        }
        this.bytesPerSecond = bytesPerSecond;
        this.capacity = bytesPerSecond / 10.0;
        this.tokens = capacity;
        this.refilledAt = now;
    }

    /** Changes the rate, from now on; credit and debt stay. */
    public void rate(long bytes, long now) {
        if (bytes != bytesPerSecond) {
            refill(now);
            bytesPerSecond = bytes;
            capacity = bytes / 10.0;
        }
    }

    private void refill(long now) {
        tokens = Math.min(capacity, tokens + (now - refilledAt) / NANOS * bytesPerSecond);
        refilledAt = now;
    }

    /** Whether there is any credit. */
    public boolean any(long now) {
        refill(now);
        return tokens > 0;
    }

    /** Takes the right to copy some bytes if there is any credit; the debt delays the next. */
    public boolean take(long bytes, long now) {
        if (!any(now)) {
            return false;
        }
        tokens -= bytes;
        return true;
    }
}
