package io.ashlar.common.block;

/**
 * A run of blocks within one extent.
 *
 * @param first index of the first block, from 0
 * @param count how many blocks, at least 1
 */
public record BlockRange(long first, int count) {

    /** Checks the bounds. */
    public BlockRange {
        if (first < 0 || count < 1 || first > Long.MAX_VALUE - count) {
            throw new IllegalArgumentException("invalid block range: " + first + "+" + count);
        }
    }

    /** One past the last block. */
    public long end() {
        return first + count;
    }

    /** Length in bytes. */
    public long bytes() {
        return (long) count << Blocks.SHIFT;
    }

    /** Whether a block is in both ranges. */
    public boolean overlaps(BlockRange other) {
        return first < other.end() && other.first < end();
    }

    @Override
    public String toString() {
        return "[" + first + ".." + end() + ")";
    }
}
