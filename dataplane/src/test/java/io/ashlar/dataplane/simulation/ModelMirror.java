package io.ashlar.dataplane.simulation;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.BlockSet;
import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Payload;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.store.MirrorLabel;
import io.ashlar.dataplane.store.Standing;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoredMirror;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A mirror on a simulated device: what follows from replaying its journal, with an undo for every
 * record so that a loss of power can take back an unsynced suffix.
 */
final class ModelMirror {

    /** Takes one record back. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Undo(
            ModelMirror mirror,
            Position last,
            Position newLast,
            BlockSet stale,
            ArrayDeque<JournalRecord.Write> tail,
            int firstBlock,
            Cell[] cells) {

        void revert() {
            mirror.last = last;
            mirror.stale = stale;
            mirror.tail = tail;
            JournalRecord.Write newest = tail.peekLast();
            if (newest != null && newest.position().seq() > last.seq()) {
                tail.removeLast();
            }
            System.arraycopy(cells, 0, mirror.cells, firstBlock, cells.length);
        }
    }

    private static final Cell[] NO_CELLS = {};

    private final MirrorId id;
    private final MirrorLabel label;
    private final Cell[] cells;
    private Standing standing = Standing.NEW;
    private Position last = Position.START;
    private BlockSet stale = new BlockSet();
    private ArrayDeque<JournalRecord.Write> tail = new ArrayDeque<>();
    private long durableSeq;
    private long suspectSince;

    ModelMirror(MirrorId id, MirrorLabel label) {
        this.id = id;
        this.label = label;
        cells = new Cell[(int) label.extentBlocks()];
        Arrays.fill(cells, Cell.NEVER);
    }

    MirrorId id() {
        return id;
    }

    Standing standing() {
        return standing;
    }

    void standing(Standing next) {
        standing = next;
    }

    /** Its power was lost: it may miss what was not synced. */
    void suspect(long now) {
        if (!standing.suspect()) {
            suspectSince = now;
        }
        standing =
                new Standing(standing.accepted(), true, standing.maxTermNanos(), standing.roster());
    }

    /** True time at which it last became suspect. */
    long suspectSince() {
        return suspectSince;
    }

    Position last() {
        return last;
    }

    BlockSet stale() {
        return stale;
    }

    /** Seq of the newest change that a loss of power cannot take. */
    long durableSeq() {
        return durableSeq;
    }

    void durable(Undo upTo) {
        durableSeq = upTo.newLast.seq();
    }

    int blocks() {
        return cells.length;
    }

    Cell cell(long block) {
        return cells[(int) block];
    }

    void rot(int block, boolean yes) {
        cells[block] = cells[block].rotted(yes);
    }

    StoredMirror stored() {
        return new StoredMirror(id, label, standing, last, new BlockSet(stale));
    }

    /** Whether the record continues the journal. */
    boolean continues(JournalRecord record) {
        return !(record instanceof JournalRecord.Write write)
                || write.position().seq() == last.seq() + 1;
    }

    /** Blocks that would have data and have none now. */
    int grows(JournalRecord record) {
        return switch (record) {
            case JournalRecord.Write write when write.change() instanceof Change.Data data ->
                    without(data.range());
            case JournalRecord.CopyPage copy -> Math.max(0, grows(copy.image()));
            case JournalRecord.Write _, JournalRecord.ResyncStart _, JournalRecord.Repair _ -> 0;
        };
    }

    private int grows(PageImage image) {
        int n = image.data().blocks();
        for (int i = 0; i < image.indexes().length; i++) {
            n -= cell(image.block(i)).hasData() ? 1 : 0;
        }
        return n;
    }

    private int without(BlockRange range) {
        int n = 0;
        for (long b = range.first(); b < range.end(); b++) {
            n += cells[(int) b].hasData() ? 0 : 1;
        }
        return n;
    }

    /** Appends a record that {@link #continues}. */
    Undo apply(JournalRecord record) {
        return switch (record) {
            case JournalRecord.Write write -> write(write);
            case JournalRecord.ResyncStart start -> resync(start);
            case JournalRecord.CopyPage copy -> copy(copy.image());
            case JournalRecord.Repair repair -> repair(repair);
        };
    }

    private Undo undo(Position newLast, int first, int count) {
        Cell[] old = count == 0 ? NO_CELLS : Arrays.copyOfRange(cells, first, first + count);
        Undo undo = new Undo(this, last, newLast, stale, tail, first, old);
        last = newLast;
        return undo;
    }

    private Undo write(JournalRecord.Write write) {
        BlockRange range = write.change().range();
        int first = (int) range.first();
        Undo undo = undo(write.position(), first, range.count());
        for (int i = 0; i < range.count(); i++) {
            long seq = write.position().seq();
            cells[first + i] =
                    switch (write.change()) {
                        case Change.Data data -> Cell.data(seq, data.payload(), i);
                        case Change.Zero zero -> Cell.zero(seq, zero.trim());
                    };
        }
        if (!stale.isEmpty()) {
            stale = new BlockSet(stale);
            stale.remove(range);
        }
        tail.addLast(write);
        while (!tail.isEmpty() && tail.getFirst().position().seq() <= write.floor()) {
            tail.removeFirst(); // as the cleaner may
        }
        return undo;
    }

    private Undo resync(JournalRecord.ResyncStart start) {
        Undo undo = undo(start.start(), 0, 0);
        stale = new BlockSet(start.stale());
        tail = new ArrayDeque<>();
        return undo;
    }

    private Undo copy(PageImage image) {
        Undo undo = undo(last, image.page() * Blocks.PER_PAGE, Blocks.PER_PAGE);
        int withData = 0;
        for (int i = 0; i < image.indexes().length; i++) {
            long seq = image.seqs()[i];
            cells[(int) image.block(i)] =
                    switch (image.kinds()[i]) {
                        case PageImage.DATA -> Cell.data(seq, image.data(), withData++);
                        case PageImage.ZERO -> Cell.zero(seq, false);
                        default -> Cell.zero(seq, true);
                    };
        }
        stale = new BlockSet(stale);
        stale.removePage(image.page(), image.mask());
        return undo;
    }

    private Undo repair(JournalRecord.Repair repair) {
        int block = (int) repair.block();
        Undo undo = undo(last, block, 1);
        if (cells[block].seq() == repair.seq()) {
            cells[block] = Cell.data(repair.seq(), repair.payload(), 0);
        }
        return undo;
    }

    // ---- questions ----

    StoreAnswer read(BlockRange range) {
        StoreAnswer.Corrupt bad = rotten(range.first(), range.count());
        if (bad.bad().length > 0) {
            return bad;
        }
        byte[] bytes = new byte[(int) range.bytes()];
        int[] checksums = new int[range.count()];
        for (int i = 0; i < range.count(); i++) {
            cells[(int) range.first() + i].copyInto(bytes, checksums, i);
        }
        return new StoreAnswer.Blocks(new Payload(bytes, checksums));
    }

    StoreAnswer verify(int page) {
        StoreAnswer.Corrupt bad = rotten((long) page * Blocks.PER_PAGE, Blocks.PER_PAGE);
        return bad.bad().length > 0 ? bad : new StoreAnswer.Verified(0);
    }

    private StoreAnswer.Corrupt rotten(long first, int count) {
        long[] bad = new long[count];
        long[] seqs = new long[count];
        int n = 0;
        for (int i = 0; i < count; i++) {
            Cell cell = cells[(int) first + i];
            if (cell.rotten()) {
                bad[n] = first + i;
                seqs[n++] = cell.seq();
            }
        }
        return new StoreAnswer.Corrupt(Arrays.copyOf(bad, n), Arrays.copyOf(seqs, n));
    }

    StoreAnswer survey(BlockRange range) {
        byte[] kinds = new byte[range.count()];
        for (int i = 0; i < kinds.length; i++) {
            kinds[i] = cells[(int) range.first() + i].kind();
        }
        return new StoreAnswer.Kinds(kinds);
    }

    BlockSet changedAfter(long seq) {
        BlockSet changed = new BlockSet();
        for (int block = 0; block < cells.length; block++) {
            if (cells[block].seq() > seq) {
                changed.add(new BlockRange(block, 1));
            }
        }
        return changed;
    }

    StoreAnswer image(int page, long[] mask) {
        int[] indexes = BlockSet.indexes(mask);
        long[] seqs = new long[indexes.length];
        byte[] kinds = new byte[indexes.length];
        List<Cell> withData = new ArrayList<>();
        for (int i = 0; i < indexes.length; i++) {
            Cell cell = cells[page * Blocks.PER_PAGE + indexes[i]];
            if (cell.rotten()) {
                return rotten((long) page * Blocks.PER_PAGE, Blocks.PER_PAGE);
            }
            seqs[i] = cell.seq();
            kinds[i] = cell.kind();
            if (cell.hasData()) {
                withData.add(cell);
            }
        }
        byte[] bytes = new byte[withData.size() << Blocks.SHIFT];
        int[] checksums = new int[withData.size()];
        for (int i = 0; i < checksums.length; i++) {
            withData.get(i).copyInto(bytes, checksums, i);
        }
        return new StoreAnswer.Image(
                new PageImage(page, indexes, seqs, kinds, new Payload(bytes, checksums)));
    }

    /** At most a few records at once, so that long tails take several questions. */
    StoreAnswer tail(long from, long to) {
        List<JournalRecord.Write> records = new ArrayList<>();
        for (JournalRecord.Write write : tail) {
            long seq = write.position().seq();
            if (seq >= from && seq <= to && records.size() < 3) {
                if (rotten(write)) {
                    return new StoreAnswer.Failed(
                            ErrorCode.CORRUPT, "change " + seq + " of " + id + " is damaged");
                }
                records.add(write);
            }
        }
        return new StoreAnswer.Tail(records);
    }

    private boolean rotten(JournalRecord.Write write) {
        BlockRange range = write.change().range();
        for (long block = range.first(); block < range.end(); block++) {
            Cell cell = cell(block);
            if (cell.rotten() && cell.seq() == write.position().seq()) {
                return true;
            }
        }
        return false;
    }
}
