package io.ashlar.dataplane.coordinator;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.Blocks;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a volume's blocks are: cuts a range of the volume at the borders of extents and records.
 */
final class Layout {

    /**
     * A part of a range that lies in one extent.
     *
     * @param extent its index in the volume
     * @param range within the extent
     * @param at first block of the part, counted from the start of the whole range
     */
    record Piece(int extent, BlockRange range, long at) {}

    private final long extentBlocks;

    Layout(long extentBytes) {
        this.extentBlocks = Blocks.covering(extentBytes);
    }

    /** How many blocks extent {@code index} of a volume of {@code sizeBytes} has. */
    long blocksOf(int index, long sizeBytes) {
        return Math.min(extentBlocks, Blocks.covering(sizeBytes) - index * extentBlocks);
    }

    /** The pieces of {@code count} blocks from {@code first}, none longer than {@code longest}. */
    List<Piece> cut(long first, long count, int longest) {
        List<Piece> pieces = new ArrayList<>(1);
        long at = 0;
        while (at < count) {
            long block = first + at;
            int extent = (int) (block / extentBlocks);
            long within = block % extentBlocks;
            int n = (int) Math.min(Math.min(longest, count - at), extentBlocks - within);
            pieces.add(new Piece(extent, new BlockRange(within, n), at));
            at += n;
        }
        return pieces;
    }
}
