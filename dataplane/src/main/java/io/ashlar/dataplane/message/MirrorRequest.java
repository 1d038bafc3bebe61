package io.ashlar.dataplane.message;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.BlockSet;
import io.ashlar.common.block.Payload;
import io.ashlar.common.id.DeviceId;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.store.MirrorLabel;
import io.ashlar.dataplane.store.Roster;

/**
 * What a coordinator asks of a mirror (PROTOCOL, "Mirror"). Every request but {@code Fence} must
 * belong to the session that the last {@code Fence} began.
 */
public sealed interface MirrorRequest {

    /**
     * Begins a session: accept the epoch, or say why not.
     *
     * @param device where the mapping tables place the mirror; on another device it does not count
     * @param label whose copy the mirror is
     * @param mayCreate whether a mirror that is not there may be made: only when it cannot have
     *     held acknowledged data as a member
     */
    record Fence(DeviceId device, MirrorLabel label, boolean mayCreate) implements MirrorRequest {}

    /** Asks for a promise not to accept a higher epoch; also the sign of life between the two. */
    record Ask(long id, long floor) implements MirrorRequest {}

    /** Gives the promise back: a handover need not wait for it. */
    record Release() implements MirrorRequest {}

    /** A change, in seq order; answered by {@code Written}. */
    record Write(JournalRecord.Write record) implements MirrorRequest {}

    /** Make everything up to seq {@code through} durable. */
    record Flush(long id, long through) implements MirrorRequest {}

    /** The mirror is a member of the activated set; it is suspect no longer. */
    record Member(Roster roster) implements MirrorRequest {}

    /** Read blocks. */
    record Read(long id, BlockRange range) implements MirrorRequest {}

    /** The kinds of blocks, for block status. */
    record Survey(long id, BlockRange range) implements MirrorRequest {}

    /** Which blocks changed after seq {@code after}. */
    record ListChanged(long id, long after) implements MirrorRequest {}

    /** Some changes again, for rolling others forward. */
    record ReadTail(long id, long from, long to) implements MirrorRequest {}

    /** Blocks as they are, for copying. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record ReadImage(long id, int page, long[] mask) implements MirrorRequest {}

    /** Begin a resync: {@code last} becomes {@code start}, {@code stale} is to be copied. */
    record StartResync(long id, Position start, BlockSet stale) implements MirrorRequest {}

    /** Blocks from an in-sync mirror. */
    record CopyPage(long id, PageImage image) implements MirrorRequest {}

    /** Everything is here: become durable up to seq {@code through} and unsuspect. */
    record JoinReady(long id, long through) implements MirrorRequest {}

    /** A good copy of a bad block. */
    record Repair(long block, long seq, Payload payload) implements MirrorRequest {}
}
