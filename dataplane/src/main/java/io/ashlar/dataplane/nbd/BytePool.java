package io.ashlar.dataplane.nbd;

import com.codahale.metrics.Counter;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The payload bytes that the connections of one event loop may hold together, granted in the order
 * of asking, so that no connection starves another. Who holds bytes for a payload that it does not
 * send, or in replies that it does not read, keeps them only as long as nobody waits for them.
 * Confined to its loop.
 */
final class BytePool {

    /** A connection of the loop. */
    interface Holder {

        /** Looks whether it holds bytes that have hardly moved for so long; see {@link Pace}. */
        boolean stalled(long nowNanos, long stallNanos);

        /** Closes it. */
        void dropStalled();
    }

    private final long capacity;
    private final Counter total;
    private final ArrayDeque<Window> waiting = new ArrayDeque<>();
    private final Set<Holder> holders = new LinkedHashSet<>();
    private long used;
    private long lookedNanos = Long.MIN_VALUE / 2;

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

    /** A connection may hold bytes from now on. */
    void enter(Holder holder) {
        holders.add(holder);
    }

    /** It will not any more. */
    void leave(Holder holder) {
        holders.remove(holder);
    }

    /**
     * While somebody waits for bytes, drops those who sit on theirs. To be called more often than
     * {@code stallNanos}; looks four times in it at most, whoever calls.
     */
    void dropStalled(long nowNanos, long stallNanos) {
        if (waiting.isEmpty() || nowNanos - lookedNanos < stallNanos / 4) {
            return;
        }
        lookedNanos = nowNanos;
        for (Holder holder : List.copyOf(holders)) {
            if (holder.stalled(nowNanos, stallNanos)) {
                holder.dropStalled();
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
