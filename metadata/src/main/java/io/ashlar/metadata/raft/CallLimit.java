package io.ashlar.metadata.raft;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.exceptions.ReadException;
import org.apache.ratis.protocol.exceptions.ReadIndexException;
import org.apache.ratis.retry.RetryPolicy;
import org.apache.ratis.util.TimeDuration;

/**
 * Retries within the time limit of the call that this thread has begun: Ratis consults its policy
 * on the calling thread, but tells it only of attempts.
 */
final class CallLimit implements RetryPolicy {

    private static final TimeDuration PAUSE = TimeDuration.valueOf(30, TimeUnit.MILLISECONDS);

    private final long limitNanos;
    private final ThreadLocal<Long> deadline = ThreadLocal.withInitial(() -> Long.MIN_VALUE);

    CallLimit(Duration limit) {
        this.limitNanos = limit.toNanos();
    }

    /** A call begins on this thread. */
    void begin() {
        deadline.set(System.nanoTime() + limitNanos);
    }

    /** The time of this thread's call is over. */
    boolean over() {
        return System.nanoTime() - deadline.get() >= 0;
    }

    @Override
    public Action handleAttemptFailure(Event event) {
        // A peer that cannot find the leader for a read: ask for the leader instead of waiting.
        boolean lost =
                event.getCause() instanceof ReadIndexException
                        || event.getCause() instanceof ReadException;
        if (lost || over()) {
            return NO_RETRY_ACTION;
        }
        return new Action() {
            @Override
            public boolean shouldRetry() {
                return true;
            }

            @Override
            public TimeDuration getSleepTime() {
                return PAUSE;
            }
        };
    }
}
