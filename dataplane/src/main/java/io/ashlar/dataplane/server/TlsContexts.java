package io.ashlar.dataplane.server;

import io.ashlar.common.config.TlsFiles;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.dataplane.net.LinkTls;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** TLS 1.3 as the daemon's certificates make it. */
final class TlsContexts {

    private static final String VERSION = "TLSv1.3";

    private TlsContexts() {}

    /** Between servers: both sides prove that they belong to the cluster. */
    static LinkTls links(TlsFiles files) {
        return new LinkTls(
                build(
                        files,
                        SslContextBuilder.forServer(
                                        files.certificate().toFile(), files.key().toFile())
                                .trustManager(files.authority().toFile())
                                .clientAuth(ClientAuth.REQUIRE)),
                build(
                        files,
                        SslContextBuilder.forClient()
                                .keyManager(files.certificate().toFile(), files.key().toFile())
                                .trustManager(files.authority().toFile())));
    }

    /**
     * Towards NBD clients. They have an authority of their own: with a certificate of the cluster's
     * they could pass for a server.
     */
    static SslContext clients(TlsFiles files) {
        Optional<Path> authority = files.clientAuthority();
        SslContextBuilder builder =
                SslContextBuilder.forServer(files.certificate().toFile(), files.key().toFile())
                        .clientAuth(authority.isPresent() ? ClientAuth.OPTIONAL : ClientAuth.NONE);
        authority.ifPresent(file -> builder.trustManager(file.toFile()));
        return build(files, builder);
    }

    private static SslContext build(TlsFiles files, SslContextBuilder builder) {
        try {
            return builder.protocols(VERSION).build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new StorageException(
                    ErrorCode.INVALID,
                    "the TLS files beside "
                            + files.certificate()
                            + " cannot be used: "
                            + e.getMessage(),
                    e);
        }
    }
}
