package io.ashlar.dataplane.nbd;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import java.util.concurrent.TimeUnit;

/** What the server counts, under {@code nbd.}; shared by all connections, thread-safe. */
final class NbdMetrics {

    private final Timer[] requests = new Timer[Command.values().length];
    private final Meter refused;
    private final Meter failed;
    private final Meter readBytes;
    private final Meter writtenBytes;
    private final Meter dropped;
    private final Counter connections;
    private final Counter handshakes;
    private final Counter payloadBytes;

    NbdMetrics(MetricRegistry registry) {
        for (Command command : Command.values()) {
            if (command != Command.DISC) {
                requests[command.number()] =
                        registry.timer(
                                "nbd.requests." + command.label(),
                                () -> new Timer(new LatencyReservoir()));
            }
        }
        refused = registry.meter("nbd.requests.refused");
        failed = registry.meter("nbd.requests.failed");
        readBytes = registry.meter("nbd.read.bytes");
        writtenBytes = registry.meter("nbd.written.bytes");
        dropped = registry.meter("nbd.connections.dropped");
        connections = registry.counter("nbd.connections");
        handshakes = registry.counter("nbd.handshakes");
        payloadBytes = registry.counter("nbd.payload.bytes");
    }

    /** A request worked. */
    void done(RequestHeader request, long nanos) {
        requests[request.type()].update(nanos, TimeUnit.NANOSECONDS);
        if (request.is(Command.READ)) {
            readBytes.mark(request.length());
        } else if (request.is(Command.WRITE)) {
            writtenBytes.mark(request.length());
        }
    }

    /** A request was against the rules. */
    void refused() {
        refused.mark();
    }

    /** The volume failed a request. */
    void failed() {
        failed.mark();
    }

    /** The server closed a connection that its client would have kept. */
    void dropped() {
        dropped.mark();
    }

    /** Connections of any phase. */
    Counter connections() {
        return connections;
    }

    /** Bytes of payload under way. */
    Counter payloadBytes() {
        return payloadBytes;
    }

    /** Connections in the handshake. */
    Counter handshakes() {
        return handshakes;
    }
}
