package io.ashlar.dataplane.store.log;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.ashlar.common.block.Blocks;
import io.ashlar.dataplane.journal.PageImage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Where the 256 blocks of a page are: 16 bytes a block, the same in memory and on disk.
 *
 * <p>First word: kind (2 bits), high 18 bits of the seq, location in units of 8 bytes (44 bits).
 * Second word: low 32 bits of the seq, CRC32C of the block (32 bits). That bounds a device to 128
 * TiB and an extent to 2^50 changes.
 */
final class MapPage {

    static final byte HOLE = PageImage.HOLE;
    static final byte DATA = PageImage.DATA;
    static final byte ZERO = PageImage.ZERO;

    /** Had bytes, which the cleaner found damaged: reads fail until it is written or repaired. */
    static final byte LOST = 3;

    static final long MAX_SEQ = (1L << 50) - 1;
    static final long MAX_BYTES = 1L << 47;

    private static final ValueLayout.OfLong WORD = JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int AT_BITS = 44;
    private static final long AT_MASK = (1L << AT_BITS) - 1;
    private static final long SEQ_HIGH_MASK = (1L << 18) - 1;

    private final MemorySegment words;
    private boolean dirty;
    private boolean pending;

    /** What {@code words} says: 4096 bytes, all zeros for a page of holes. */
    MapPage(MemorySegment words) {
        this.words = words;
    }

    MemorySegment words() {
        return words;
    }

    private long first(int index) {
        return words.get(WORD, (long) index << 4);
    }

    private long second(int index) {
        return words.get(WORD, ((long) index << 4) + Long.BYTES);
    }

    byte kind(int index) {
        return (byte) (first(index) >>> 62);
    }

    long seq(int index) {
        long high = (first(index) >>> AT_BITS) & SEQ_HIGH_MASK;
        return high << 32 | second(index) >>> 32;
    }

    /** Byte offset in the log; 0 without bytes. */
    long at(int index) {
        return (first(index) & AT_MASK) << 3;
    }

    int checksum(int index) {
        return (int) second(index);
    }

    void put(int index, byte kind, long seq, long at, int checksum) {
        if (seq < 0 || seq > MAX_SEQ || (at & 7) != 0 || at >= MAX_BYTES) {
            throw new IllegalArgumentException("seq " + seq + ", location " + at);
        }
        long offset = (long) index << 4;
        words.set(WORD, offset, (long) kind << 62 | seq >>> 32 << AT_BITS | at >>> 3);
        words.set(WORD, offset + Long.BYTES, seq << 32 | (checksum & 0xffffffffL));
        dirty = true;
    }

    /** Whether it differs from what the last checkpoint holds. */
    boolean dirty() {
        return dirty;
    }

    void clean() {
        dirty = false;
        pending = false;
    }

    void touch() {
        dirty = true;
    }

    /** Whether the checkpoint under way has yet to store it, as it is now. */
    boolean pending() {
        return pending;
    }

    void pending(boolean now) {
        pending = now;
    }

    /** The bits of the blocks that hold a change above {@code after}, or are lost. */
    long[] changedAfter(long after) {
        long[] mask = new long[Blocks.PER_PAGE / Long.SIZE];
        for (int i = 0; i < Blocks.PER_PAGE; i++) {
            if (seq(i) > after || kind(i) == LOST) {
                mask[i >>> 6] |= 1L << i;
            }
        }
        return mask;
    }

    byte[] toBytes() {
        return words.toArray(JAVA_BYTE);
    }

    /** Takes the place of all of it, as it was stored. */
    void fill(byte[] bytes) {
        MemorySegment.copy(bytes, 0, words, JAVA_BYTE, 0, bytes.length);
    }
}
