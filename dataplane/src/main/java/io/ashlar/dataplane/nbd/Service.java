package io.ashlar.dataplane.nbd;

import io.ashlar.dataplane.loop.Wakefulness;
import io.ashlar.dataplane.volume.VolumeDirectory;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What all connections of a server share. Thread-safe. */
record Service(
        VolumeDirectory directory,
        AccessRules rules,
        Optional<SslContext> tls,
        NbdLimits limits,
        NbdMetrics metrics,
        HandshakeGate gate,
        Map<EventLoop, BytePool> pools,
        Map<EventLoop, Wakefulness> watched) {

    static Service of(
            VolumeDirectory directory,
            AccessRules rules,
            Optional<SslContext> tls,
            NbdLimits limits,
            NbdMetrics metrics) {
        HandshakeGate gate = new HandshakeGate(limits.handshakes(), metrics);
        return new Service(
                directory,
                rules,
                tls,
                limits,
                metrics,
                gate,
                new ConcurrentHashMap<>(),
                new ConcurrentHashMap<>());
    }

    /** Whether a loop slept, to be asked there only. */
    Wakefulness wakefulness(EventLoop loop) {
        return watched.computeIfAbsent(loop, Wakefulness::new);
    }

    /** The pool of a loop, to be used there only. */
    BytePool pool(EventLoop loop) {
        return pools.computeIfAbsent(
                loop, _ -> new BytePool(limits.loopBytes(), metrics.payloadBytes()));
    }
}
