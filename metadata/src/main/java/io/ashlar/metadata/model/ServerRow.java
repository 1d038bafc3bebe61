package io.ashlar.metadata.model;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.id.ServerId;
import java.util.UUID;

/**
 * A row of the table servers.
 *
 * @param id the key
 * @param identity drawn when the server's directory is first made: two machines cannot share a name
 * @param zone failure domain; mirrors are spread over zones where there are enough
 * @param peerAddress where other servers connect
 * @param nbdAddress where clients connect
 * @param state of its session
 * @param nonce of the process that registered last
 * @param draining whether all its mirrors are to move elsewhere
 */
public record ServerRow(
        ServerId id,
        UUID identity,
        String zone,
        HostPort peerAddress,
        HostPort nbdAddress,
        ServerState state,
        long nonce,
        boolean draining) {

    /** The same server with its session in another state. */
    public ServerRow withState(ServerState next) {
        return new ServerRow(id, identity, zone, peerAddress, nbdAddress, next, nonce, draining);
    }

    /** The same server, draining or not. */
    public ServerRow withDraining(boolean yes) {
        return new ServerRow(id, identity, zone, peerAddress, nbdAddress, state, nonce, yes);
    }
}
