package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.Blocks;

/**
 * Who may still append. Of the segments, some are held back from new data, so that trims, zeros,
 * repairs and above all the cleaner and its checkpoints always go on (P8). Of the rest three
 * sixteenths stay dead or free: with fewer, every write would cost the moving of many, and storing
 * the maps that the cleaner changes as much as it gains.
 *
 * <p>Less is told than is admitted. A change that has its seq cannot be refused any more without
 * harm to its volume, and while it was on its way other volumes' changes and the maps of all of
 * them took of the same room: the margin is theirs. Copies to a returning mirror stay out of it.
 */
final class Space {

    private static final int CLEANERS_SEGMENTS = 3;

    /** The margin is this part of the capacity, but for very large devices. */
    private static final int MARGIN_PART = 32;

    /** Enough for 256 volumes with the longest change on its way, each counted twice. */
    private static final long LARGEST_MARGIN = 512L << 20;

    /** What a block costs in the log when it is moved: itself, its entry, its share of a header. */
    private static final long BLOCK_COST = Blocks.SIZE + 128;

    private static final long NOT_STUCK = -1;

    private final Segments segments;
    private final LogTail tail;
    private final int reserve;
    private final long margin;
    private long keptWhenStuck = NOT_STUCK;

    Space(Segments segments, LogTail tail) {
        this.segments = segments;
        this.tail = tail;
        this.reserve = CLEANERS_SEGMENTS + Math.max(1, segments.count() / 64);
        long capacity = (long) segments.count() * segments.segmentBytes();
        this.margin = Math.min(capacity / MARGIN_PART, LARGEST_MARGIN);
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

    /**
     * Whether what is live leaves room for a record.
     *
     * @param grows bytes of the blocks that will be live by it and were not before
     */
    boolean hasRoom(RecordType type, long grows) {
        return switch (type) {
            case WRITE -> admittedBytes() >= grows;
            case COPY -> grows == 0 || roomBytes() >= grows;
            case ZERO, RESYNC, REPAIR, RELOCATE, MAP_PAGE, TAIL -> true;
        };
    }

    /**
     * A change found no segment, and cleaning gains none: until one is free, or as much as one
     * holds was given back, there is no room, whatever the counts say. Else each volume would learn
     * of it by a refusal of its own.
     */
    void foundNone() {
        keptWhenStuck = segments.keptBlocks();
    }

    private boolean stuck() {
        long given = keptWhenStuck - segments.keptBlocks();
        if (segments.free() > reserve || given * Blocks.SIZE >= segments.segmentBytes()) {
            keptWhenStuck = NOT_STUCK;
        }
        return keptWhenStuck != NOT_STUCK;
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

    /** Bytes of blocks that mirrors may still be given before the device is full. */
    long roomBytes() {
        return stuck() ? 0 : Math.max(0, admittedBytes() - margin);
    }

    /** Bytes of blocks for which there is room, the margin included; negative if overdrawn. */
    private long admittedBytes() {
        long usable = (long) (segments.count() - reserve) * tail.maxRecordBytes() / 16 * 13;
        long room = usable - segments.keptBlocks() * BLOCK_COST;
        return room / BLOCK_COST * Blocks.SIZE;
    }
}
