package io.ashlar.dataplane.net;

import io.ashlar.common.block.Blocks;
import io.ashlar.dataplane.message.RaggedBytes;

/**
 * Bytes of any length: whole blocks are the payload, with their checksums; the bytes before and
 * after them stand in the body, which has one checksum for all of it.
 */
final class RaggedCodec {

    private RaggedCodec() {}

    static void put(FrameWriter out, RaggedBytes bytes, boolean flag) {
        if (bytes.length() > WireCodec.MAX_BLOCKS * Blocks.SIZE) {
            throw new IllegalArgumentException(bytes.length() + " bytes in one frame");
        }
        out.i64(bytes.offset())
                .u16(bytes.head().length)
                .u16(bytes.tail().length)
                .u8(flag ? 1 : 0)
                .zeros(3)
                .bytes(bytes.head())
                .bytes(bytes.tail())
                .payload(bytes.blocks());
    }

    /** Bytes, and the flag that came with them. */
    record Flagged(RaggedBytes bytes, boolean flag) {}

    static Flagged take(BodyReader body) {
        long offset = body.i64();
        int head = body.u16();
        int tail = body.u16();
        boolean flag = body.bool();
        body.zeros(3);
        byte[] before = body.bytes(head);
        byte[] after = body.bytes(tail);
        RaggedBytes bytes = new RaggedBytes(offset, before, body.payload(body.blocksLeft()), after);
        return new Flagged(bytes, flag);
    }
}
