package io.ashlar.dataplane.message;

import io.ashlar.common.id.VolumeId;

/**
 * Client I/O on its way to the server that holds the volume's lease (PROTOCOL, "FORWARD").
 *
 * @param volume which
 * @param epoch under which the holder opened the session; 0 in {@code Open}
 * @param session its number, growing over the life of the forwarding process
 * @param request what
 */
public record ToHolder(VolumeId volume, long epoch, long session, ForwardRequest request)
        implements ToPeer {}
