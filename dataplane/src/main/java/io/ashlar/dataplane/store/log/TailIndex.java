package io.ashlar.dataplane.store.log;

import java.util.Arrays;

/**
 * Where the records of a mirror's newest changes begin: those above the floor, which may yet have
 * to be replayed on another mirror. Seqs are contiguous, so this is a ring.
 *
 * <p>An entry holds the location in units of 8 bytes (44 bits) and above it the number of blocks in
 * the payload (20 bits), for the segments' count of what they must keep.
 */
final class TailIndex {

    private static final int AT_BITS = 44;

    private final Segments segments;
    private long[] ring = new long[16];
    private long first = 1;
    private int size;

    TailIndex(Segments segments) {
        this.segments = segments;
    }

    static long entry(long at, int payloadBlocks) {
        return (long) payloadBlocks << AT_BITS | at >>> 3;
    }

    static long location(long entry) {
        return (entry & ((1L << AT_BITS) - 1)) << 3;
    }

    private static int blocks(long entry) {
        return (int) (entry >>> AT_BITS);
    }

    /** Seq of the oldest change that is kept; one past the newest if there is none. */
    long first() {
        return first;
    }

    /** One past the newest. */
    long end() {
        return first + size;
    }

    boolean contains(long seq) {
        return seq >= first && seq < end();
    }

    long at(long seq) {
        return location(ring[slot(seq)]);
    }

    /** Adds the next change, or begins again where seqs jump. */
    void add(long seq, long entry) {
        if (seq != end()) {
            restart(seq);
        }
        if (size == ring.length) {
            grow();
        }
        size++;
        ring[slot(seq)] = entry;
        count(entry, 1);
    }

    /** Notes where the cleaner put a record, if it is still kept. */
    void move(long seq, long entry) {
        if (contains(seq)) {
            count(ring[slot(seq)], -1);
            ring[slot(seq)] = entry;
            count(entry, 1);
        }
    }

    private void count(long entry, int sign) {
        segments.countTail(location(entry), sign * blocks(entry));
    }

    /** Forgets all up to {@code floor}. */
    void prune(long floor) {
        while (size > 0 && first <= floor) {
            count(ring[slot(first)], -1);
            first++;
            size--;
        }
    }

    /** Forgets all; the next change is {@code next}. */
    void restart(long next) {
        prune(Long.MAX_VALUE);
        first = next;
    }

    /** What is kept, in order. */
    long[] entries() {
        long[] entries = new long[size];
        for (int i = 0; i < size; i++) {
            entries[i] = ring[slot(first + i)];
        }
        return entries;
    }

    private int slot(long seq) {
        return (int) (seq & (ring.length - 1));
    }

    private void grow() {
        long[] old = ring;
        ring = Arrays.copyOf(old, old.length * 2);
        for (long seq = first; seq < end(); seq++) {
            ring[slot(seq)] = old[(int) (seq & (old.length - 1))];
        }
    }
}
