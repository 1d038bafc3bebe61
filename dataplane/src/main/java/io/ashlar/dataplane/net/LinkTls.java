package io.ashlar.dataplane.net;

import io.netty.handler.ssl.SslContext;

/**
 * Mutual TLS between peers.
 *
 * @param accepting asks for the peer's certificate and insists on it
 * @param connecting shows its own certificate
 */
public record LinkTls(SslContext accepting, SslContext connecting) {}
