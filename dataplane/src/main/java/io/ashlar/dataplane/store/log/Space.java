package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.Blocks;

/**
 * Who may still append. Of the segments, some are held back from new data, so that trims, zeros,
 * repairs and above all the cleaner and its checkpoints always go on (P8). Of the rest three
 * sixteenths stay dead or free: with fewer, every write would cost the moving of many, and storing
 * the maps that the cleaner changes as much as it gains.
 */
final class Space {

    private static final int CLEANERS_SEGMENTS = 3;

    /** What a block costs in the log when it is moved: itself, its entry, its share of a header. */
    private static final long BLOCK_COST = Blocks.SIZE + 128;

    private final Segments segments;
    private final LogTail tail;
    private final int reserve;

    Space(Segments segments, LogTail tail) {
        this.segments = segments;
        this.tail = tail;
        this.reserve = CLEANERS_SEGMENTS + Math.max(1, segments.count() / 64);
    }

    /** Whether a segment is free, or left of one, for a record of this padded length. */
    boolean fits(RecordType type, long paddedBytes) {
        return paddedBytes <= tail.left() || segments.free() > heldBack(type);
    }

    private int heldBack(RecordType type) {
        return switch (type) {
            case WRITE, COPY -> reserve;
            case ZERO, RESYNC, REPAIR -> CLEANERS_SEGMENTS;
            case RELOCATE, MAP_PAGE, TAIL -> 0;
        };
    }

    /** Whether what is live leaves room for the blocks of a record. */
    boolean hasRoom(RecordType type, long paddedBytes) {
        return switch (type) {
            case WRITE, COPY -> roomBytes() >= paddedBytes;
            case ZERO, RESYNC, REPAIR, RELOCATE, MAP_PAGE, TAIL -> true;
        };
    }

    /** Whether cleaning is due. */
    boolean isShort() {
        return segments.free() < reserve + Math.max(2, segments.count() / 32);
    }

    /** Whether a write may soon have to wait for the cleaner. */
    boolean isVeryShort() {
        return segments.free() <= reserve + Math.max(1, segments.count() / 128);
    }

    /** Whether the cleaner may fill a segment and a checkpoint still finds its own. */
    boolean cleanerMayMove() {
        return segments.free() >= 2;
    }

    /** Whether so many pages wait to be stored that a checkpoint might not find room later. */
    boolean isCrowdedBy(int dirtyPages) {
        return dirtyPages * BLOCK_COST * 2
                > Math.max(1, segments.free() - 1) * (long) segments.segmentBytes();
    }

    /** How many segments are emptied before a checkpoint frees them together. */
    int emptiedBeforeCheckpoint() {
        return Math.max(1, segments.count() / 32);
    }

    /** Bytes of blocks that can still be written before the device is full. */
    long roomBytes() {
        long usable = (long) (segments.count() - reserve) * tail.maxRecordBytes() / 16 * 13;
        long room = usable - segments.keptBlocks() * BLOCK_COST;
        return Math.max(0, room / BLOCK_COST * Blocks.SIZE);
    }
}
