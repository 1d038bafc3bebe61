package io.ashlar.dataplane.nbd;

import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** Decides what a client may do with a volume. Thread-safe, answers at once. */
public interface AccessRules {

    /** No restriction. */
    AccessRules OPEN = (client, volume) -> Access.READ_WRITE;

    /** What {@code client} may do with the volume of this name, which need not exist. */
    Access access(Client client, String volume);

    /**
     * A client as far as it is known.
     *
     * @param address where it comes from
     * @param certificate what it proved by TLS
     */
    record Client(SocketAddress address, Optional<X509Certificate> certificate) {}
}
