package io.ashlar.dataplane.forward;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Lets requests onto one link while there is room for them, in the order in which they came. What
 * waits here is bounded by the windows of the front end's connections. On one loop.
 */
final class Permits {

    /** A request that wants to be sent. */
    interface Wanting {

        /** What it takes of the window of bytes. */
        int bytes();

        /** It is to be sent now; false if it is wanted no longer, and the permits with it. */
        boolean admitted();
    }

    private final int maxRequests;
    private final int maxBytes;
    private final Queue<Wanting> waiting = new ArrayDeque<>();
    private int requests;
    private int bytes;

    /**
     * A closed window.
     *
     * @param maxBytes at least what the largest request takes
     */
    Permits(int maxRequests, int maxBytes) {
        this.maxRequests = maxRequests;
        this.maxBytes = maxBytes;
    }

    void want(Wanting request) {
        waiting.add(request);
        admit();
    }

    /** A request is no longer under way. */
    void giveBack(Wanting request) {
        requests--;
        bytes -= request.bytes();
        admit();
    }

    private void admit() {
        while (requests < maxRequests) {
            Wanting next = waiting.peek();
            if (next == null || bytes + next.bytes() > maxBytes) {
                return;
            }
            waiting.remove();
            if (next.admitted()) {
                requests++;
                bytes += next.bytes();
            }
        }
    }

    int requests() {
        return requests;
    }
}
