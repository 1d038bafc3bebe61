package io.ashlar.dataplane.net;

import io.ashlar.common.config.HostPort;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;

/**
 * Mutual TLS between peers.
 *
 * @param accepting asks for the peer's certificate and insists on it
 * @param connecting shows its own certificate
 */
public record LinkTls(SslContext accepting, SslContext connecting) {

    /** A link that has fallen silent is not kept for a farewell that nobody takes. */
    private static final long CLOSE_NOTIFY_MILLIS = 100;

    SslHandler accept(ByteBufAllocator memory) {
        return hasty(accepting.newHandler(memory));
    }

    SslHandler connect(ByteBufAllocator memory, HostPort peer) {
        return hasty(connecting.newHandler(memory, peer.host(), peer.port()));
    }

    private static SslHandler hasty(SslHandler handler) {
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_MILLIS);
        return handler;
    }
}
