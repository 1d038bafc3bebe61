package io.ashlar.dataplane.nbd;

import io.netty.channel.Channel;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Bounds the connections whose client has yet to choose an export. When one too many comes, the one
 * that has taken longest goes: idlers cannot keep an honest client out. Thread-safe.
 */
final class HandshakeGate {

    private final int capacity;
    private final NbdMetrics metrics;
    private final Set<Channel> inside = new LinkedHashSet<>();

    HandshakeGate(int capacity, NbdMetrics metrics) {
        this.capacity = capacity;
        this.metrics = metrics;
    }

    /** A client begins to choose. */
    synchronized void enter(Channel channel) {
        if (inside.size() == capacity) {
            Iterator<Channel> oldest = inside.iterator();
            var _ = oldest.next().close();
            oldest.remove();
            metrics.handshakes().dec();
            metrics.dropped();
        }
        inside.add(channel);
        metrics.handshakes().inc();
    }

    /** A client has chosen, or is gone. */
    synchronized void leave(Channel channel) {
        if (inside.remove(channel)) {
            metrics.handshakes().dec();
        }
    }
}
