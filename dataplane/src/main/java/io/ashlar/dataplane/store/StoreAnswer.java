package io.ashlar.dataplane.store;

import io.ashlar.common.block.BlockSet;
import io.ashlar.common.block.Payload;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.PageImage;
import java.util.List;

/** What a device answers to a {@link StoreRequest}. */
public sealed interface StoreAnswer {

    /** Done. */
    record Done() implements StoreAnswer {}

    /** To {@code Read}. */
    record Blocks(Payload payload) implements StoreAnswer {}

    /**
     * To {@code Verify}: all is well.
     *
     * @param bytes of blocks that were read
     */
    record Verified(long bytes) implements StoreAnswer {}

    /** To {@code ListChanged}. */
    record Changed(BlockSet blocks) implements StoreAnswer {}

    /** To {@code Survey}: one kind a block. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Kinds(byte[] kinds) implements StoreAnswer {}

    /** To {@code ReadImage}. */
    record Image(PageImage image) implements StoreAnswer {}

    /** To {@code ReadTail}. */
    record Tail(List<JournalRecord.Write> records) implements StoreAnswer {}

    /**
     * Verification failed for some blocks of a read or {@code Verify}.
     *
     * @param bad which blocks, with the seq of the change that each should hold, in parallel
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Corrupt(long[] bad, long[] seqs) implements StoreAnswer {}

    /**
     * Not done. {@code NO_SPACE}: nothing was appended and the device works on. {@code NOT_FOUND}:
     * no such mirror. {@code IO}: the device failed, and every later request fails too.
     */
    record Failed(ErrorCode code, String message) implements StoreAnswer {}
}
