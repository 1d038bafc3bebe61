package io.ashlar.dataplane.net;

import io.ashlar.common.error.ErrorCode;

/** Why a hello led nowhere; the last frame of a connection. */
record Refusal(ErrorCode code, String message) {

    void encode(FrameWriter out) {
        out.begin(FrameType.REFUSAL, 0, 0, 0, 0);
        ReplyCodec.putFailure(out, code, message);
    }

    static Refusal decode(FrameHeader header, BodyReader body) {
        return new Refusal(ReplyCodec.takeCode(body), body.text());
    }
}
