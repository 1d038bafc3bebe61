package io.ashlar.dataplane.journal;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Payload;

/**
 * Some blocks of one page (256 blocks) as a mirror holds them: what resync copies. The arrays run
 * in parallel, one entry a block, in ascending order of {@code indexes}.
 *
 * @param page index of the page in the extent
 * @param indexes of the blocks within the page, 0 to 255, ascending
 * @param seqs of the change that each block holds; 0 if it was never written
 * @param kinds what each block is: {@link #DATA}, {@link #ZERO} or {@link #HOLE}
 * @param data the blocks of kind {@code DATA}, in order
 */
@SuppressWarnings("ArrayRecordComponent") // compared by identity only
public record PageImage(int page, int[] indexes, long[] seqs, byte[] kinds, Payload data) {

    /** Never written or trimmed: reads as zeros, holds no space. */
    public static final byte HOLE = 0;

    /** Has bytes. */
    public static final byte DATA = 1;

    /** Allocated zeros. */
    public static final byte ZERO = 2;

    /** Checks that the arrays agree. */
    public PageImage {
        int withData = 0;
        for (byte kind : kinds) {
            withData += kind == DATA ? 1 : 0;
        }
        if (page < 0
                || indexes.length != seqs.length
                || indexes.length != kinds.length
                || withData != data.blocks()) {
            throw new IllegalArgumentException("inconsistent image of page " + page);
        }
    }

    /** The blocks of the image as the bits of a page. */
    public long[] mask() {
        return mask(false);
    }

    /** Those of them that have bytes. */
    public long[] dataMask() {
        return mask(true);
    }

    private long[] mask(boolean onlyData) {
        long[] mask = new long[Blocks.PER_PAGE / Long.SIZE];
        for (int i = 0; i < indexes.length; i++) {
            if (!onlyData || kinds[i] == DATA) {
                mask[indexes[i] >>> 6] |= 1L << indexes[i];
            }
        }
        return mask;
    }

    /** Block number, within the extent, of entry {@code i}. */
    public long block(int i) {
        return (long) page * Blocks.PER_PAGE + indexes[i];
    }
}
