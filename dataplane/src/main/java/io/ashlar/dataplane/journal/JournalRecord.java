package io.ashlar.dataplane.journal;

import io.ashlar.common.block.BlockSet;
import io.ashlar.common.block.Payload;

/**
 * An entry of a mirror's journal. The journal recovers to a prefix of what was appended, and
 * content, {@code last} and {@code stale} are what follows from replaying it (PROTOCOL, durable
 * state).
 */
public sealed interface JournalRecord {

    /**
     * A change. Sets {@code last} to its position; its blocks are no longer stale.
     *
     * @param position where it was first written; {@code seq} is always the last one plus 1
     * @param change what it does
     * @param floor highest seq known to be on every required mirror; a cleaner may drop what lies
     *     at or below it and is superseded
     */
    record Write(Position position, Change change, long floor) implements JournalRecord {}

    /**
     * A resync begins: {@code last} becomes {@code start}, and the blocks that may differ from the
     * in-sync mirrors at {@code start} are {@code stale} until they are written or copied.
     */
    record ResyncStart(Position start, BlockSet stale) implements JournalRecord {}

    /** Blocks as an in-sync mirror holds them replace this mirror's, and are no longer stale. */
    record CopyPage(PageImage image) implements JournalRecord {}

    /**
     * A good copy of a block that failed verification. Applied only while the block still holds the
     * change {@code seq}; takes no new seq.
     */
    record Repair(long block, long seq, Payload payload) implements JournalRecord {

        /** Checks the block. */
        public Repair {
            if (block < 0) {
                throw new IllegalArgumentException("block " + block);
            }
        }
    }
}
