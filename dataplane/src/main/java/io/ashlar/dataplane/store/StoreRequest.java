package io.ashlar.dataplane.store;

import io.ashlar.common.block.BlockRange;
import io.ashlar.dataplane.journal.JournalRecord;

/** What can be asked of one mirror on a device. */
public sealed interface StoreRequest {

    /**
     * Makes the mirror, all zeros, durably. One that exists with the same extent takes the label,
     * and grows if that says so; the new blocks are zeros. It never shrinks.
     */
    record Create(MirrorLabel label) implements StoreRequest {}

    /** Ends the mirror and gives its space back, durably. Done at once if there is none. */
    record Drop() implements StoreRequest {}

    /** Replaces the mirror's standing, durably. */
    record Persist(Standing standing) implements StoreRequest {}

    /**
     * Appends to the journal. Answered when a crash of the process can no longer lose it. A {@code
     * Write} whose seq is not the mirror's last plus 1 is refused with {@code INVALID}: after a
     * failed append, those already queued behind it must not leave a gap.
     */
    record Append(JournalRecord record) implements StoreRequest {}

    /** Makes everything appended before durable: a loss of power can no longer lose it. */
    record Sync() implements StoreRequest {}

    /** Reads blocks, verified; what has no bytes reads as zeros. */
    record Read(BlockRange range) implements StoreRequest {}

    /**
     * Reads the blocks of {@code page}, and what is stored of its map, as the disk holds them,
     * whatever memory holds of them too. Nobody waits for it: it may take long.
     */
    record Verify(int page) implements StoreRequest {}

    /** Which blocks hold a change with a higher seq than {@code after}, trims included. */
    record ListChanged(long after) implements StoreRequest {}

    /** The kind of every block of {@code range} (see {@code PageImage}). */
    record Survey(BlockRange range) implements StoreRequest {}

    /** The blocks of {@code page} whose bits are set in {@code mask}, verified. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record ReadImage(int page, long[] mask) implements StoreRequest {}

    /**
     * The changes with {@code from <= seq <= to}, in order, as many as {@code maxBytes} of payload
     * hold but at least one. All above the floor are kept.
     */
    record ReadTail(long from, long to, int maxBytes) implements StoreRequest {}
}
