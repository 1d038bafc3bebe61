package io.ashlar.dataplane.message;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Payload;
import java.util.Arrays;

/**
 * Bytes at any place of a volume, cut at its blocks: whole blocks have their checksums with them
 * (P10), what is before the first and after the last is bare.
 *
 * @param offset where in the volume, in bytes
 * @param head up to the first whole block, shorter than a block
 * @param blocks the whole blocks
 * @param tail after the last whole block, shorter than a block
 */
@SuppressWarnings("ArrayRecordComponent") // compared by tests only, which look inside
public record RaggedBytes(long offset, byte[] head, Payload blocks, byte[] tail) {

    private static final byte[] NOTHING = new byte[0];
    private static final int WITHIN = Blocks.SIZE - 1;

    /** Checks that the parts lie where blocks begin and end. */
    public RaggedBytes {
        boolean aligned = ((offset + head.length) & WITHIN) == 0;
        boolean headOnly = blocks.blocks() == 0 && tail.length == 0;
        if (offset < 0
                || head.length >= Blocks.SIZE
                || tail.length >= Blocks.SIZE
                || !(aligned || (headOnly && (offset & WITHIN) + head.length < Blocks.SIZE))
                || head.length + blocks.blocks() + tail.length == 0) {
            throw new IllegalArgumentException(
                    "%d + %d bytes, %d blocks, %d bytes"
                            .formatted(offset, head.length, blocks.blocks(), tail.length));
        }
    }

    /** Cuts bytes, at least 1, which are given away, and computes the checksums. */
    public static RaggedBytes of(long offset, byte[] bytes) {
        int within = (int) (offset & WITHIN);
        int head = within == 0 ? 0 : Math.min(bytes.length, Blocks.SIZE - within);
        int end = head + ((bytes.length - head) & ~WITHIN);
        return new RaggedBytes(
                offset, part(bytes, 0, head), Payload.of(part(bytes, head, end)), part(bytes, end));
    }

    private static byte[] part(byte[] bytes, int from) {
        return part(bytes, from, bytes.length);
    }

    private static byte[] part(byte[] bytes, int from, int to) {
        if (from == to) {
            return NOTHING;
        }
        return from == 0 && to == bytes.length ? bytes : Arrays.copyOfRange(bytes, from, to);
    }

    /** How many bytes. */
    public int length() {
        return head.length + blocks.bytes().length + tail.length;
    }

    /** All of them in one array, which may be the very one they were made of. */
    public byte[] joined() {
        if (head.length == 0 && tail.length == 0) {
            return blocks.bytes();
        }
        byte[] all = new byte[length()];
        copyTo(all, 0);
        return all;
    }

    /** Copies all of them. */
    public void copyTo(byte[] target, int at) {
        int whole = blocks.bytes().length;
        System.arraycopy(head, 0, target, at, head.length);
        System.arraycopy(blocks.bytes(), 0, target, at + head.length, whole);
        System.arraycopy(tail, 0, target, at + head.length + whole, tail.length);
    }
}
