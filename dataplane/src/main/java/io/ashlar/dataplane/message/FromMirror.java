package io.ashlar.dataplane.message;

import io.ashlar.common.id.MirrorId;

/**
 * A reply with its address.
 *
 * @param mirror from whom
 * @param epoch of the session that it belongs to
 * @param conn of the session that it belongs to
 * @param reply what
 */
public record FromMirror(MirrorId mirror, long epoch, long conn, MirrorReply reply)
        implements FromPeer {}
