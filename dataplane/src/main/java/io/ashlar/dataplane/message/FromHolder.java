package io.ashlar.dataplane.message;

import io.ashlar.common.id.VolumeId;

/**
 * A reply to forwarded client I/O.
 *
 * @param volume which
 * @param epoch of the session; 0 in {@code Refused}
 * @param session its number
 * @param reply what
 */
public record FromHolder(VolumeId volume, long epoch, long session, ForwardReply reply)
        implements FromPeer {}
