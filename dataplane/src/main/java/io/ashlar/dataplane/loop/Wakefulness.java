package io.ashlar.dataplane.loop;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Knows when its event loop did not run for a while: the process was frozen, or the machine
 * overwhelmed. What sockets hold then may be old, and those who sent it gone. On the loop, but for
 * the constructor.
 *
 * <p>Guarantees, for whatever order the loop wakes up in: what is read before the sleepers are told
 * finds {@link #slept} true.
 */
public final class Wakefulness {

    private static final long BEAT_NANOS = Duration.ofMillis(50).toNanos();

    /**
     * Longer than a busy machine often keeps a loop waiting, shorter than any client's patience.
     */
    private static final long SLEEP_NANOS = Duration.ofMillis(250).toNanos();

    private final EventLoop loop;
    private final Set<Runnable> sleepers = new LinkedHashSet<>();
    private long beatNanos = System.nanoTime();

    /** Watches from now on, until the loop ends. */
    public Wakefulness(EventLoop loop) {
        this.loop = loop;
        Future<?> _ =
                loop.scheduleWithFixedDelay(
                        this::beat, BEAT_NANOS, BEAT_NANOS, TimeUnit.NANOSECONDS);
    }

    /** Whether the loop has just begun to run again. */
    public boolean slept() {
        return slept(System.nanoTime());
    }

    private boolean slept(long now) {
        return now - beatNanos > SLEEP_NANOS;
    }

    /** {@code action} is run after every sleep. */
    public void onWaking(Runnable action) {
        requireLoop();
        sleepers.add(action);
    }

    /** It is run no more. */
    public void forget(Runnable action) {
        requireLoop();
        sleepers.remove(action);
    }

    private void beat() {
        long now = System.nanoTime(); // once: a sleep between two looks would go unnoticed
        boolean slept = slept(now);
        beatNanos = now;
        if (slept) {
            List.copyOf(sleepers).forEach(Runnable::run);
        }
    }

    private void requireLoop() {
        if (!loop.inEventLoop()) {
            throw new IllegalStateException("not on the loop that is watched");
        }
    }
}
