package io.ashlar.dataplane.net;

import io.ashlar.common.block.Blocks;
import io.ashlar.dataplane.journal.PageImage;

/** The parts of pages: masks, kinds and images. */
final class PageImageCodec {

    static final int MASK_WORDS = Blocks.PER_PAGE / Long.SIZE;

    private static final int KINDS_PER_BYTE = 4;

    private PageImageCodec() {}

    static void put(FrameWriter out, PageImage image) {
        out.i32(image.page()).i32(image.indexes().length);
        for (int index : image.indexes()) {
            out.u8(index);
        }
        out.bytes(image.kinds()).i64s(image.seqs()).payload(image.data());
    }

    static PageImage take(BodyReader body) {
        int page = body.i32();
        int count = body.count(Long.BYTES + 2);
        int[] indexes = new int[count];
        for (int i = 0; i < count; i++) {
            indexes[i] = body.u8();
            if (i > 0 && indexes[i] <= indexes[i - 1]) {
                throw new IllegalArgumentException("blocks of a page out of order");
            }
        }
        byte[] kinds = body.bytes(count);
        for (byte kind : kinds) {
            checkKind(kind);
        }
        long[] seqs = body.i64s(count);
        return new PageImage(page, indexes, seqs, kinds, body.payload(body.blocksLeft()));
    }

    /** Two bits a block, so that the survey of a whole extent fits one frame. */
    static void putKinds(FrameWriter out, byte[] kinds) {
        if (kinds.length > WireCodec.MAX_SURVEY_BLOCKS) {
            throw new IllegalArgumentException("a survey of " + kinds.length + " blocks");
        }
        out.i32(kinds.length);
        for (int i = 0; i < kinds.length; i += KINDS_PER_BYTE) {
            int packed = 0;
            for (int j = 0; j < KINDS_PER_BYTE && i + j < kinds.length; j++) {
                packed |= checkKind(kinds[i + j]) << (2 * j);
            }
            out.u8(packed);
        }
    }

    static byte[] takeKinds(BodyReader body) {
        int count = body.i32();
        if (count < 0 || count > WireCodec.MAX_SURVEY_BLOCKS) {
            throw new IllegalArgumentException("a survey of " + count + " blocks");
        }
        byte[] packed = body.bytes((count + KINDS_PER_BYTE - 1) / KINDS_PER_BYTE);
        byte[] kinds = new byte[count];
        for (int i = 0; i < count; i++) {
            int kind = packed[i / KINDS_PER_BYTE] >> (2 * (i % KINDS_PER_BYTE)) & 3;
            kinds[i] = checkKind((byte) kind);
        }
        return kinds;
    }

    private static byte checkKind(byte kind) {
        if (kind < PageImage.HOLE || kind > PageImage.ZERO) {
            throw new IllegalArgumentException("no such kind of block: " + kind);
        }
        return kind;
    }
}
