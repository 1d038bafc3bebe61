package io.ashlar.dataplane.nbd;

import io.ashlar.common.block.Blocks;
import java.util.Arrays;

/**
 * Finds long runs of zeros in read data, which are sent as holes. Costs next to nothing on data
 * (the first byte that differs ends the look at a block) and less than sending them on zeros.
 */
final class ZeroRuns {

    /** Shorter runs are sent as data: fewer chunks beat fewer bytes. */
    static final int MIN_BYTES = 32 << 10;

    private static final byte[] ZEROS = new byte[Blocks.SIZE];

    private final byte[] bytes;
    private final int skew;

    /** Looks at bytes that begin at this offset of the volume; runs are of its whole blocks. */
    ZeroRuns(byte[] bytes, long offset) {
        this.bytes = bytes;
        this.skew = (int) offset & (Blocks.SIZE - 1);
    }

    /** Where the zeros that begin at {@code from} end; {@code from} if there are none. */
    int zerosEnd(int from) {
        int at = from;
        while (at < bytes.length) {
            int end = blockEnd(at);
            if (!Arrays.equals(bytes, at, end, ZEROS, 0, end - at)) {
                return at;
            }
            at = end;
        }
        return at;
    }

    /**
     * Where, after {@code from}, the next run of {@link #MIN_BYTES} of zeros begins, or the end.
     */
    int dataEnd(int from) {
        int at = from;
        while (at < bytes.length) {
            int zerosEnd = zerosEnd(at);
            if (zerosEnd - at >= MIN_BYTES) {
                return at;
            }
            at = zerosEnd < bytes.length ? blockEnd(zerosEnd) : zerosEnd;
        }
        return at;
    }

    private int blockEnd(int from) {
        return Math.min(bytes.length, from + Blocks.SIZE - ((from + skew) & (Blocks.SIZE - 1)));
    }
}
