package io.ashlar.dataplane.mirror;

import io.ashlar.common.block.BlockSet;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.Position;

/**
 * What the mirror knows of its journal: how far it was submitted, how far the device has answered,
 * and which blocks are stale. Submission runs ahead of the answers; only answered appends count.
 */
final class Journal {

    private Position submitted;
    private Position appended;
    private int underway;
    private final BlockSet stale;
    private long floor;

    Journal(Position last, BlockSet stale) {
        this.submitted = last;
        this.appended = last;
        this.stale = stale;
    }

    /** The seq that the next write must have. */
    long nextSeq() {
        return submitted.seq() + 1;
    }

    /** An append is handed to the device. */
    void submit(JournalRecord record) {
        underway++;
        switch (record) {
            case JournalRecord.Write write -> {
                submitted = write.position();
                raiseFloor(write.floor());
            }
            case JournalRecord.ResyncStart start -> submitted = start.start();
            case JournalRecord.CopyPage _, JournalRecord.Repair _ -> {}
        }
    }

    /** The device has it. */
    void appended(JournalRecord record) {
        switch (record) {
            case JournalRecord.Write write -> {
                appended = write.position();
                stale.remove(write.change().range());
            }
            case JournalRecord.ResyncStart start -> {
                appended = start.start();
                stale.clear();
                stale.addAll(start.stale());
            }
            case JournalRecord.CopyPage copy ->
                    stale.removePage(copy.image().page(), copy.image().mask());
            case JournalRecord.Repair _ -> {}
        }
        answered();
    }

    /** The device refused it, and with it every later write that was under way. */
    void refused() {
        answered();
    }

    /** Refusals may overtake successes: only when all are answered it is known where the end is. */
    private void answered() {
        underway--;
        if (underway == 0) {
            submitted = appended;
        }
    }

    /** Whether the device has answered everything. */
    boolean drained() {
        return underway == 0;
    }

    /** Position of the newest answered change. */
    Position last() {
        return appended;
    }

    BlockSet stale() {
        return stale;
    }

    void raiseFloor(long seq) {
        floor = Math.max(floor, seq);
    }

    long floor() {
        return floor;
    }
}
