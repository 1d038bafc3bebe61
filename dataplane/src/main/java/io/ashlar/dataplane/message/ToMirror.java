package io.ashlar.dataplane.message;

import io.ashlar.common.id.MirrorId;

/**
 * A request with its address.
 *
 * @param mirror to whom
 * @param epoch of the coordinator
 * @param conn number of the coordinator's session with this mirror, growing within the epoch
 * @param request what
 */
public record ToMirror(MirrorId mirror, long epoch, long conn, MirrorRequest request)
        implements ToPeer {}
