package io.ashlar.dataplane.server;

import io.ashlar.common.config.TlsFiles;
import io.ashlar.dataplane.nbd.AccessRules;
import io.ashlar.dataplane.nbd.TlsMode;
import java.util.Optional;

/**
 * Who may talk to a server, and what about.
 *
 * @param tls how daemons prove themselves to each other, on every connection between them; without
 *     it nothing is encrypted and whoever reaches a port is trusted
 * @param nbd whether NBD clients on TCP use TLS; clients on the unix socket never do
 * @param access what each client may do with each volume
 */
public record Security(Optional<TlsFiles> tls, TlsMode nbd, AccessRules access) {

    /** For a network that is trusted as a whole. */
    public static final Security NONE =
            new Security(Optional.empty(), TlsMode.OFF, AccessRules.OPEN);

    /** Checks that there is a certificate where one is needed. */
    public Security {
        if (nbd != TlsMode.OFF && tls.isEmpty()) {
            throw new IllegalArgumentException("NBD over TLS needs a certificate: add --tls DIR");
        }
    }
}
