package io.ashlar.dataplane.nbd;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;

/**
 * Bytes received and not yet consumed, in order; owns the buffers. Passes from the handshake to the
 * transmission phase, so that nothing a hasty client sent is lost.
 */
final class Inflow {

    private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>();

    /** Takes over a buffer. */
    void add(ByteBuf buffer) {
        buffers.add(buffer);
    }

    /** Whether all is consumed; releases what is. */
    boolean isEmpty() {
        while (true) {
            ByteBuf first = buffers.peekFirst();
            if (first == null) {
                return true;
            }
            if (first.isReadable()) {
                return false;
            }
            buffers.removeFirst().release();
        }
    }

    /** The first bytes; only when not {@link #isEmpty()}. */
    ByteBuf first() {
        return buffers.getFirst();
    }

    /** Drops everything. */
    void release() {
        buffers.forEach(ByteBuf::release);
        buffers.clear();
    }
}
