package io.ashlar.dataplane.nbd;

import com.codahale.metrics.Counter;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The payload bytes that the connections of one event loop may hold together, granted in the order
 * of asking, so that no connection starves another. Who announces a payload and does not send it
 * keeps its bytes only as long as nobody waits for them. Confined to its loop.
 */
final class BytePool {

    /** A connection in the middle of a payload. */
    interface Receiver {

        /** When it last got a part of the payload, on the clock of {@link System#nanoTime()}. */
        long lastPartNanos();

        /** Closes it. */
        void dropStalled();
    }

    private final long capacity;
    private final Counter total;
    private final ArrayDeque<Window> waiting = new ArrayDeque<>();
    private final Set<Receiver> receivers = new LinkedHashSet<>();
    private long used;

    /**
     * Grants {@code capacity} bytes, and any single request when nothing else is granted; {@code
     * total} counts what all pools have granted.
     */
    BytePool(long capacity, Counter total) {
        this.capacity = capacity;
        this.total = total;
    }

    /** Takes bytes; if they are not free, {@code window} is woken when its turn has come. */
    boolean take(Window window, long bytes) {
        if (bytes == 0) {
            return true;
        }
        boolean first = waiting.isEmpty() || waiting.peekFirst() == window;
        boolean fits = used == 0 || used + bytes <= capacity;
        if (!first || !fits) {
            if (!waiting.contains(window)) {
                waiting.add(window);
            }
            return false;
        }
        forget(window);
        used += bytes;
        total.inc(bytes);
        return true;
    }

    /** Returns bytes. */
    void give(long bytes) {
        if (bytes > 0) {
            used -= bytes;
            total.dec(bytes);
            wakeFirst();
        }
    }

    /** The window does not wait any more. */
    void forget(Window window) {
        if (waiting.remove(window)) {
            wakeFirst();
        }
    }

    /** A payload has begun to come. */
    void receiving(Receiver receiver) {
        receivers.add(receiver);
    }

    /** The payload is there, or will not come. */
    void received(Receiver receiver) {
        receivers.remove(receiver);
    }

    /** Drops who got nothing for {@code stallNanos} while others wait for its bytes. */
    void dropStalled(long nowNanos, long stallNanos) {
        for (Receiver receiver : List.copyOf(receivers)) {
            if (!waiting.isEmpty() && nowNanos - receiver.lastPartNanos() >= stallNanos) {
                receiver.dropStalled();
            }
        }
    }

    private void wakeFirst() {
        Window first = waiting.peekFirst();
        if (first != null) {
            first.wake();
        }
    }
}
