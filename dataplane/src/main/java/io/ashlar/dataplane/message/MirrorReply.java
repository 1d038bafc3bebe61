package io.ashlar.dataplane.message;

import io.ashlar.common.block.BlockSet;
import io.ashlar.common.block.Payload;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.journal.Position;
import java.util.List;

/** What a mirror tells its coordinator. */
public sealed interface MirrorReply {

    /**
     * The session has begun.
     *
     * @param last position of the newest change
     * @param suspect whether unflushed data may be lost
     * @param stale blocks of an unfinished resync
     * @param floor highest seq that the mirror knows to be on every required mirror
     * @param roomBytes of blocks that its device has room for now
     */
    record Fenced(Position last, boolean suspect, BlockSet stale, long floor, long roomBytes)
            implements MirrorReply {}

    /**
     * A higher epoch was accepted, or is pending: whoever hears this is no longer the coordinator.
     */
    record Refused(long accepted) implements MirrorReply {}

    /** To {@code Ask}; with the device's room as it is now. */
    record Promised(long id, long roomBytes) implements MirrorReply {}

    /** Every change up to {@code through} is appended; with the device's room behind them. */
    record Written(long through, long roomBytes) implements MirrorReply {}

    /** To {@code Flush}. */
    record Flushed(long id) implements MirrorReply {}

    /** To {@code Read}. */
    record Blocks(long id, Payload payload) implements MirrorReply {}

    /**
     * To {@code Read} or {@code ReadImage}: these blocks fail verification here. With the id {@link
     * #UNASKED} to no request: a scrub found them.
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Corrupt(long id, long[] bad, long[] seqs) implements MirrorReply {

        /** No request has it. */
        public static final long UNASKED = 0;
    }

    /** To {@code Survey}. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Kinds(long id, byte[] kinds) implements MirrorReply {}

    /** To {@code ListChanged}. */
    record Changed(long id, BlockSet blocks) implements MirrorReply {}

    /** To {@code ReadTail}. */
    record Tail(long id, List<JournalRecord.Write> records) implements MirrorReply {}

    /** To {@code ReadImage}. */
    record Image(long id, PageImage image) implements MirrorReply {}

    /** To {@code StartResync} and {@code CopyPage}: appended. */
    record Copied(long id) implements MirrorReply {}

    /** To {@code JoinReady}. */
    record Ready(long id) implements MirrorReply {}

    /**
     * The session is over. {@code NOT_FOUND}: no such mirror here. {@code NO_SPACE}, {@code IO}:
     * the device. {@code INVALID}: a gap or a request out of order.
     */
    record Failed(ErrorCode code, String message) implements MirrorReply {}
}
