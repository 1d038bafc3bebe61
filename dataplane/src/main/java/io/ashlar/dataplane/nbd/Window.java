package io.ashlar.dataplane.nbd;

/**
 * How much one connection may have under way: requests and payload bytes, counted from the header
 * until the socket has taken the reply. When it is full the socket is not read: the client feels it
 * as flow control. Confined to the connection's loop.
 */
final class Window {

    private final int maxRequests;
    private final long maxBytes;
    private final BytePool pool;
    private final Runnable wake;

    private int requests;
    private long bytes;
    private boolean refused;
    private boolean closed;

    /** {@code wake} is run, perhaps in vain, when a refused request may be asked for again. */
    Window(int maxRequests, long maxBytes, BytePool pool, Runnable wake) {
        this.maxRequests = maxRequests;
        this.maxBytes = maxBytes;
        this.pool = pool;
        this.wake = wake;
    }

    /** Takes room for one request; if there is none, asks to be woken. */
    boolean take(long cost) {
        boolean fits = requests < maxRequests && (bytes == 0 || bytes + cost <= maxBytes);
        if (!fits || !pool.take(this, cost)) {
            refused = true;
            return false;
        }
        refused = false;
        requests++;
        bytes += cost;
        return true;
    }

    /** Returns what a request took. */
    void give(long cost) {
        give(1, cost);
    }

    /** Returns what some requests took together. */
    void give(int count, long cost) {
        if (closed) {
            return;
        }
        requests -= count;
        bytes -= cost;
        pool.give(cost);
        if (refused) {
            wake();
        }
    }

    /** Returns all that is left: what has no answer yet will have none. */
    void close() {
        give(requests, bytes);
        closed = true;
    }

    /** Where the bytes come from. */
    BytePool pool() {
        return pool;
    }

    /** Whether nothing is under way. */
    boolean idle() {
        return requests == 0;
    }

    /** A refused request will not be asked for again. */
    void leave() {
        refused = false;
        pool.forget(this);
    }

    void wake() {
        wake.run();
    }
}
