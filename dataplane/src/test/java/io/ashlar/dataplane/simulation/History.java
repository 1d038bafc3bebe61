package io.ashlar.dataplane.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * What clients asked and saw, in the order of its happening. Ticks are the history's own time: no
 * two events share one.
 */
final class History {

    /** Not ended. */
    static final long OPEN = Long.MAX_VALUE;

    /** One operation: a change with all its tries, or one try of a read. */
    static final class Entry {
        private final Op.Ranged op;
        private long askedAt = OPEN;
        private long endedAt = OPEN;
        private boolean acknowledged;
        private long[] seen = {};

        Entry(Op.Ranged op) {
            this.op = op;
        }

        Op.Ranged op() {
            return op;
        }

        /** First arrival at a coordinator; {@link #OPEN} if it never got there. */
        long askedAt() {
            return askedAt;
        }

        /** After this tick it has no effect any more. */
        long endedAt() {
            return endedAt;
        }

        /** Whether it has had its effect by {@link #endedAt}. */
        boolean acknowledged() {
            return acknowledged;
        }

        long[] seen() {
            return seen;
        }
    }

    /**
     * A lossy activation: what was written since the last completed flush may be gone.
     *
     * @param extent index of the extent in the volume
     * @param at when
     * @param flushedAt when the last flush that had completed by then was asked; 0 if none, and
     *     after an override, which may set back even what was flushed
     */
    record Cut(int extent, long at, long flushedAt) {}

    private final List<Entry> entries = new ArrayList<>();
    private final List<Cut> cuts = new ArrayList<>();
    private long tick;

    long tick() {
        return ++tick;
    }

    Entry add(Op.Ranged op) {
        Entry entry = new Entry(op);
        entries.add(entry);
        return entry;
    }

    /** Where an operation is kept; a flush has no range, and its entry is in no history. */
    Entry entryOf(Op op) {
        return switch (op) {
            case Op.Ranged ranged -> add(ranged);
            case Op.Flush _ -> new Entry(new Op.Read(0, 1));
        };
    }

    void asked(Entry entry) {
        if (entry.askedAt == OPEN) {
            entry.askedAt = tick();
        }
    }

    void ended(Entry entry, long at, Result result) {
        entry.endedAt = at;
        switch (result) {
            case Result.Done _ -> entry.acknowledged = true;
            case Result.Seen saw -> {
                entry.acknowledged = true;
                entry.seen = saw.stamps();
            }
            case Result.Failed _ -> {}
        }
    }

    void cut(int extent, long flushedAt) {
        cuts.add(new Cut(extent, tick(), flushedAt));
    }

    List<Cut> cuts() {
        return cuts;
    }

    List<Entry> entries() {
        return entries;
    }
}
