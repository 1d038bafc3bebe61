package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.BlockSet;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.journal.Position;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a mirror is, said as simply as can be: the reference that the store is held against. */
final class ModelMirror {

    /** A block: its kind, seq, and checksum of its bytes (0 without). */
    record Cell(byte kind, long seq, int checksum) {}

    private static final Cell NEVER = new Cell(PageImage.HOLE, 0, 0);

    private final TreeMap<Long, Cell> cells = new TreeMap<>();
    private Position last = Position.START;
    private BlockSet stale = new BlockSet();

    Position last() {
        return last;
    }

    Cell cell(long block) {
        return cells.getOrDefault(block, NEVER);
    }

    void apply(JournalRecord record) {
        switch (record) {
            case JournalRecord.Write(Position position, Change change, long _) -> {
                last = position;
                write(change, position.seq());
                stale.remove(change.range());
            }
            case JournalRecord.ResyncStart(Position start, BlockSet blocks) -> {
                last = start;
                stale = new BlockSet(blocks);
            }
            case JournalRecord.CopyPage(PageImage image) -> copy(image);
            case JournalRecord.Repair(long block, long seq, var payload) -> {
                if (cell(block).seq == seq && cell(block).kind == PageImage.DATA) {
                    cells.put(block, new Cell(PageImage.DATA, seq, payload.checksums()[0]));
                }
            }
        }
    }

    private void write(Change change, long seq) {
        BlockRange range = change.range();
        for (int i = 0; i < range.count(); i++) {
            Cell cell =
                    switch (change) {
                        case Change.Data(_, var payload) ->
                                new Cell(PageImage.DATA, seq, payload.checksums()[i]);
                        case Change.Zero(_, boolean trim) ->
                                new Cell(trim ? PageImage.HOLE : PageImage.ZERO, seq, 0);
                    };
            cells.put(range.first() + i, cell);
        }
    }

    private void copy(PageImage image) {
        int data = 0;
        for (int i = 0; i < image.indexes().length; i++) {
            byte kind = image.kinds()[i];
            int checksum = kind == PageImage.DATA ? image.data().checksums()[data++] : 0;
            cells.put(image.block(i), new Cell(kind, image.seqs()[i], checksum));
            stale.remove(new BlockRange(image.block(i), 1));
        }
    }

    /** All of it as one text: two mirrors are alike if their texts are. */
    static String text(Position last, BlockSet stale, SortedMap<Long, Cell> cells) {
        StringBuilder text = new StringBuilder(last.toString());
        stale.forEachPage(
                (mask, page) -> text.append(page).append(java.util.Arrays.toString(mask)));
        cells.forEach((block, cell) -> {
            if (!cell.equals(NEVER)) {
                text.append(' ').append(block).append(':').append(cell.kind);
                text.append('/').append(cell.seq).append('/').append(cell.checksum);
            }
        });
        return text.toString();
    }

    String text() {
        return text(last, stale, cells);
    }
}
