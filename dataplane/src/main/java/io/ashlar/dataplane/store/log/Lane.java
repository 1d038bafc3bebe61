package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.Blocks;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.store.StoreAnswer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One mirror, as those see it who submit: whether it is there, and which of its pages have changes
 * under way, so that no read overtakes one. Any thread.
 */
final class Lane {

    /** Pages share a count when their numbers differ by a multiple of this. */
    private static final int COUNTS = 64;

    /** The count of changes to the whole. */
    private static final int WHOLE = COUNTS;

    private final AtomicIntegerArray underway = new AtomicIntegerArray(COUNTS + 1);
    private final AtomicInteger inside = new AtomicInteger();
    private volatile @Nullable Mirror mirror;

    void mirror(@Nullable Mirror now) {
        mirror = now;
    }

    @Nullable Mirror mirror() {
        return mirror;
    }

    /** The device is not closed before {@link #leave}. */
    void enter() {
        inside.incrementAndGet();
    }

    void leave() {
        inside.decrementAndGet();
    }

    boolean occupied() {
        return inside.get() > 0;
    }

    /** Counts a change of the whole mirror until it is answered. */
    Consumer<StoreAnswer> counted(Consumer<StoreAnswer> reply) {
        return counted(WHOLE, WHOLE, reply);
    }

    /** Counts a record until it is answered. */
    Consumer<StoreAnswer> counted(JournalRecord record, Consumer<StoreAnswer> reply) {
        return switch (record) {
            case JournalRecord.Write write -> counted(write.change().range(), reply);
            case JournalRecord.ResyncStart _ -> counted(reply);
            case JournalRecord.CopyPage copy -> {
                int count = copy.image().page() % COUNTS;
                yield counted(count, count, reply);
            }
            case JournalRecord.Repair repair -> counted(new BlockRange(repair.block(), 1), reply);
        };
    }

    private Consumer<StoreAnswer> counted(BlockRange range, Consumer<StoreAnswer> reply) {
        long first = range.first() / Blocks.PER_PAGE;
        long last = (range.end() - 1) / Blocks.PER_PAGE;
        boolean round = last - first >= COUNTS || first % COUNTS > last % COUNTS;
        return round
                ? counted(reply)
                : counted((int) (first % COUNTS), (int) (last % COUNTS), reply);
    }

    /** Answered last: who hears of a change may read it at once. */
    private Consumer<StoreAnswer> counted(int from, int to, Consumer<StoreAnswer> reply) {
        add(from, to, 1);
        return answer -> {
            add(from, to, -1);
            reply.accept(answer);
        };
    }

    private void add(int from, int to, int change) {
        for (int i = from; i <= to; i++) {
            underway.addAndGet(i, change);
        }
    }

    /** Whether every change of these blocks that was submitted is answered. */
    boolean settled(BlockRange range) {
        long last = (range.end() - 1) / Blocks.PER_PAGE;
        for (long page = range.first() / Blocks.PER_PAGE; page <= last; page++) {
            if (underway.get((int) (page % COUNTS)) > 0) {
                return false;
            }
        }
        return underway.get(WHOLE) == 0;
    }
}
