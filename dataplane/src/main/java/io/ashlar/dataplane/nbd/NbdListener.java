package io.ashlar.dataplane.nbd;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/**
 * Where a server listens.
 *
 * @param address an {@link InetSocketAddress} or a {@link UnixDomainSocketAddress}
 * @param tls how TLS is treated there
 */
public record NbdListener(SocketAddress address, TlsMode tls) {

    /** Checks the kind of address. */
    public NbdListener {
        if (!(address instanceof InetSocketAddress || address instanceof UnixDomainSocketAddress)) {
            throw new IllegalArgumentException("neither TCP nor unix: " + address);
        }
    }
}
