package io.ashlar.dataplane.nbd;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

/** What a client proved when TLS was set up. */
final class TlsPeer {

    private TlsPeer() {}

    /**
     * The client's own certificate, verified against the configured authorities, if it sent one.
     */
    static Optional<X509Certificate> certificate(ChannelPipeline pipeline) {
        try {
            Certificate[] chain =
                    pipeline.get(SslHandler.class).engine().getSession().getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate own
                    ? Optional.of(own)
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }
}
