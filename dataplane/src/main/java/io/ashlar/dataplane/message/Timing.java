package io.ashlar.dataplane.message;

import java.time.Duration;

/**
 * The protocol's times (PROTOCOL, "Timers"), all in nanoseconds of a monotonic clock. None matters
 * for durability; {@code term} and the assumed drift matter for the freshness of reads.
 *
 * @param term T: how long a promise lasts
 * @param stallLimit how long an {@code Ask} may stay unanswered before the mirror counts as
 *     stalled; below T/2
 * @param linkGrace how long a broken link may take to come back before the mirror counts as gone
 * @param slowLimit how long a write or flush may stay unanswered by a mirror that answers {@code
 *     Ask}
 */
public record Timing(long term, long stallLimit, long linkGrace, long slowLimit) {

    /** The bound on the drift of two clocks' rates: rho = 1 / DRIFT. */
    private static final long DRIFT = 100;

    /** Nanoseconds that clients which held unflushed writes are given to come back after a loss. */
    public static final long LOSS_GRACE = Duration.ofSeconds(60).toNanos();

    /** What a cluster runs with unless told otherwise. */
    public static final Timing DEFAULT =
            of(
                    Duration.ofMillis(1000),
                    Duration.ofMillis(450),
                    Duration.ofMillis(150),
                    Duration.ofSeconds(5));

    /** From durations. */
    public static Timing of(
            Duration term, Duration stallLimit, Duration linkGrace, Duration slowLimit) {
        return new Timing(
                term.toNanos(), stallLimit.toNanos(), linkGrace.toNanos(), slowLimit.toNanos());
    }

    /** How often a coordinator renews a promise: T/4. */
    public long askEvery() {
        return term / 4;
    }

    /** How long a mirror keeps a promise of {@code granted}: T(1 + rho). */
    public static long kept(long granted) {
        return granted + granted / DRIFT;
    }

    /** How long a coordinator relies on a promise, from when it asked: T(1 - 2 rho). */
    public long reliedOn() {
        return term - 2 * (term / DRIFT);
    }
}
