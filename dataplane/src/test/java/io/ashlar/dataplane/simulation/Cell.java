package io.ashlar.dataplane.simulation;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Checksum;
import io.ashlar.common.block.Payload;
import io.ashlar.dataplane.journal.PageImage;
import java.util.Arrays;

/**
 * A block as a simulated device holds it.
 *
 * @param seq of the change that it holds; 0 before any
 * @param kind as {@link PageImage} names them
 * @param payload its bytes are a block of this
 * @param index which
 * @param rotten whether its bytes no longer match their checksum
 */
record Cell(long seq, byte kind, Payload payload, int index, boolean rotten) {

    private static final Payload EMPTY = Payload.zeros(0);

    static final Cell NEVER = zero(0, true);

    static Cell zero(long seq, boolean hole) {
        return new Cell(seq, hole ? PageImage.HOLE : PageImage.ZERO, EMPTY, 0, false);
    }

    static Cell data(long seq, Payload payload, int index) {
        return new Cell(seq, PageImage.DATA, payload, index, false);
    }

    boolean hasData() {
        return kind == PageImage.DATA;
    }

    Cell rotted(boolean yes) {
        return new Cell(seq, kind, payload, index, yes);
    }

    void copyInto(byte[] bytes, int[] checksums, int at) {
        if (hasData()) {
            System.arraycopy(
                    payload.bytes(), index << Blocks.SHIFT, bytes, at << Blocks.SHIFT, Blocks.SIZE);
            checksums[at] = payload.checksums()[index];
        } else {
            checksums[at] = Checksum.ZERO_BLOCK;
        }
    }

    @SuppressWarnings("ReferenceEquality") // a payload that is shared needs no comparison
    boolean holdsTheSameAs(Cell other) {
        if (kind != other.kind) {
            return false;
        }
        if (!hasData() || (payload == other.payload && index == other.index)) {
            return true;
        }
        int from = index << Blocks.SHIFT;
        int otherFrom = other.index << Blocks.SHIFT;
        return Arrays.equals(
                payload.bytes(),
                from,
                from + Blocks.SIZE,
                other.payload.bytes(),
                otherFrom,
                otherFrom + Blocks.SIZE);
    }

    /** The stamp of one of the block's units. */
    long stamp(int unitOfBlock) {
        return hasData() ? Content.stamp(payload, index, unitOfBlock) : Content.ZERO;
    }

    @Override
    public String toString() {
        return "seq "
                + seq
                + " kind "
                + kind
                + (hasData() ? " stamps " + stamp(0) + "," + stamp(1) : "")
                + (rotten ? " rotten" : "");
    }
}
