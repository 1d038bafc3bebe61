package io.ashlar.metadata.api;

import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import java.util.Optional;

/** What the metadata group can be asked; answered linearizably by the leader. */
public sealed interface Query {

    /** All living volumes. */
    record ListVolumes() implements Query {}

    /** A volume by its name. */
    record ShowVolume(String name) implements Query {}

    /** A volume by its id. */
    record ReadVolume(VolumeId volume) implements Query {}

    /** All servers and devices. */
    record ListServers() implements Query {}

    /** The mirrors placed on a server. */
    record ListMirrors(ServerId server) implements Query {}

    /**
     * The volumes that nobody coordinates though a mirror that is out of sync could be brought
     * back, and that this server should coordinate for that: it is the first that is alive and has
     * a mirror in sync.
     */
    record ListNeglected(ServerId server) implements Query {}

    /**
     * The volumes whose lease this server holds and of which mirrors are to move: their coordinator
     * has to hear of it.
     */
    record ListReplanned(ServerId server) implements Query {}

    /** The group itself. */
    record ShowStatus() implements Query {}

    /**
     * Wants a volume to be handed over without an error at its clients. Answered at once; the
     * holder learns it with its next heartbeat, and the lease shows when it is done. Ask again if
     * it does not: the leader may have changed.
     *
     * @param to which server is to have it; empty to have one chosen
     */
    record WantHandover(String volume, Optional<ServerId> to) implements Query {}

    /** A sign of life; counted in the leader's memory, never logged. */
    record Heartbeat(ServerId server, long nonce) implements Query {}
}
