package io.ashlar.dataplane.store.log;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A queue into one thread, from any. Nobody takes a lock, and only who finds the thread asleep pays
 * for waking it: the locks of a blocking queue cost as much as a small write (FORMAT.md,
 * "Measured").
 *
 * <p>It has no bound of its own: permits for what is under way are given out above.
 */
final class Inbox<T> {

    private final Queue<T> waiting = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Thread asleep;

    /** From any thread. */
    void add(T task) {
        waiting.add(task);
        Thread sleeper = asleep;
        if (sleeper != null) {
            asleep = null;
            LockSupport.unpark(sleeper);
        }
    }

    /** From any thread: what need not be done before the thread wakes for something else. */
    void leave(T task) {
        waiting.add(task);
    }

    /** Returns once there is something, or after {@code nanos}; on the one thread that takes. */
    void await(long nanos) {
        long start = System.nanoTime();
        while (waiting.isEmpty() && System.nanoTime() - start < nanos) {
            asleep = Thread.currentThread();
            // Whoever added before it saw us asleep is seen here.
            if (waiting.isEmpty()) {
                LockSupport.parkNanos(this, nanos);
            }
            asleep = null;
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** The next, if there is one; on the one thread that takes. */
    @Nullable T poll() {
        return waiting.poll();
    }

    /** Moves what is there, at most {@code limit}, in order. */
    void drainTo(List<T> target, int limit) {
        while (target.size() < limit) {
            T task = waiting.poll();
            if (task == null) {
                return;
            }
            target.add(task);
        }
    }
}
