package io.ashlar.dataplane.net;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.id.ServerId;

/**
 * Whom a connector calls.
 *
 * @param server who must answer there; anyone else is refused
 * @param address where
 * @param shard which of the caller's shards calls, from 0; a hint for spreading links over the
 *     threads of the other side
 */
public record PeerTarget(ServerId server, HostPort address, int shard) {

    /** Checks the bound. */
    public PeerTarget {
        if (shard < 0 || shard > 0xFFFF) {
            throw new IllegalArgumentException("no such shard: " + shard);
        }
    }
}
