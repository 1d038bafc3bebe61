package io.ashlar.dataplane.forward;

import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.volume.AttachedVolume;

/**
 * A way to a volume's coordinator, good for one epoch at most: here, or in one session with the
 * server that holds the lease.
 *
 * @param volume serves until it is lost; what it has not answered then gets no answer
 * @param server where the coordinator is
 * @param epoch under which it serves
 * @param losses how often an extent of the volume has gone on after a power cut of every in-sync
 *     mirror, see {@code ForwardReply.Opened}
 * @param untold whether a client that has not been here before may have to be told of that
 */
public record Way(
        AttachedVolume volume, ServerId server, long epoch, long losses, boolean untold) {}
