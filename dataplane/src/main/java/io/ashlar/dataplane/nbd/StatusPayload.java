package io.ashlar.dataplane.nbd;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The payload of an extended BLOCK_STATUS: the effect length and the contexts wanted. There is one
 * context and none may be named twice, so there is one length it can have.
 */
final class StatusPayload {

    static final int BYTES = 12;

    private StatusPayload() {}

    /** The request that the payload means; empty if it names a context that was not negotiated. */
    static Optional<RequestHeader> resolve(RequestHeader request, byte[] payload) {
        ByteBuffer in = ByteBuffer.wrap(payload);
        long length = in.getLong();
        if (in.getInt() != Session.ALLOCATION) {
            return Optional.empty();
        }
        int flags = request.flags() & ~Command.PAYLOAD_LEN;
        return Optional.of(
                new RequestHeader(
                        flags, request.type(), request.cookie(), request.offset(), length));
    }
}
