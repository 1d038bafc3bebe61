package io.ashlar.dataplane.net;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Tells a link whose peer is gone without a word, frozen or cut off, from one that has nothing to
 * say (WIRE.md, "Links that fall silent"). A kernel answers for a frozen process, and a dead
 * machine resets nothing: only the peer's own loop can say that it is there. On the link's loop.
 *
 * <p>Guarantees that a link is not closed for the sleep of this very loop: after one, what came
 * meanwhile is read before silence is judged.
 */
final class Heartbeat {

    /** What a beat does. */
    interface Pulse {

        /** Sends a sign of life. */
        void beat();

        /** Nothing has come for too long. */
        void silent(Duration since);
    }

    /** Beats within the time that a peer may be silent. */
    private static final int BEATS = 4;

    private final long everyNanos;
    private final long silenceNanos;
    private final Pulse pulse;
    private long heardNanos = System.nanoTime();
    private long beatNanos = heardNanos;
    private Optional<ScheduledFuture<?>> beating = Optional.empty();

    /**
     * Does nothing until {@link #start}.
     *
     * @param silence of the peer that is suffered
     */
    Heartbeat(Duration silence, Pulse pulse) {
        this.silenceNanos = silence.toNanos();
        this.everyNanos = silenceNanos / BEATS;
        this.pulse = pulse;
    }

    void start(EventLoop loop) {
        heard();
        beatNanos = heardNanos;
        beating =
                Optional.of(
                        loop.scheduleWithFixedDelay( // after a sleep one beat, not all that it cost
                                this::beat, everyNanos, everyNanos, TimeUnit.NANOSECONDS));
    }

    /** Something has come. */
    void heard() {
        heardNanos = System.nanoTime();
    }

    long heardNanos() {
        return heardNanos;
    }

    private void beat() {
        long now = System.nanoTime();
        boolean slept = now - beatNanos > 2 * everyNanos;
        beatNanos = now;
        if (!slept && now - heardNanos > silenceNanos) {
            pulse.silent(Duration.ofNanos(now - heardNanos));
        } else {
            pulse.beat();
        }
    }

    void stop() {
        beating.ifPresent(task -> task.cancel(false));
        beating = Optional.empty();
    }
}
