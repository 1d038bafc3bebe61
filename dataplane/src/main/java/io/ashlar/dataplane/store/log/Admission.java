package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.Blocks;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.PageImage;
import java.util.Optional;

/**
 * What a journal takes: the rules of {@link JournalRecord}, checked before anything is appended.
 */
final class Admission {

    private Admission() {}

    /** Why a record may not be appended to this mirror's journal. */
    static Optional<String> objection(Mirror mirror, JournalRecord record) {
        boolean good =
                switch (record) {
                    case JournalRecord.Write w ->
                            mirror.holds(w.change().range())
                                    && w.position().seq() == mirror.last.seq() + 1
                                    && w.position().seq() <= MapPage.MAX_SEQ;
                    case JournalRecord.ResyncStart r ->
                            r.start().seq() >= 0
                                    && r.start().seq() <= MapPage.MAX_SEQ
                                    && r.stale().pages().stream()
                                            .allMatch(page -> page < mirror.map.pages());
                    case JournalRecord.CopyPage(PageImage image) -> fits(mirror, image);
                    case JournalRecord.Repair r ->
                            r.block() < mirror.row.label().extentBlocks()
                                    && r.payload().blocks() == 1;
                };
        return good
                ? Optional.empty()
                : Optional.of(
                        name(record)
                                + " does not fit mirror "
                                + mirror.row.id()
                                + ", whose last change is "
                                + mirror.last);
    }

    private static boolean fits(Mirror mirror, PageImage image) {
        for (int i = 0; i < image.indexes().length; i++) {
            if (image.seqs()[i] < 0
                    || image.seqs()[i] > MapPage.MAX_SEQ
                    || image.indexes()[i] >= Blocks.PER_PAGE
                    || !mirror.holds(new BlockRange(image.block(i), 1))) {
                return false;
            }
        }
        return true;
    }

    private static String name(JournalRecord record) {
        return switch (record) {
            case JournalRecord.Write(var position, var change, long _) ->
                    "change " + position + " of " + change.range();
            case JournalRecord.ResyncStart(var start, var _) -> "resync start at " + start;
            case JournalRecord.CopyPage(PageImage image) -> "copy of page " + image.page();
            case JournalRecord.Repair(long block, long seq, var _) ->
                    "repair of block " + block + " as of change " + seq;
        };
    }

    /**
     * Bytes of the blocks that a record makes live. Of a change all count, for what it replaces
     * stays until the change is on every mirror; a copy takes the place of what it replaces.
     *
     * @param padded length of the record
     */
    static long grows(Mirror mirror, JournalRecord record, long padded) {
        if (!(record instanceof JournalRecord.CopyPage(PageImage image))) {
            return padded;
        }
        MapPage page = mirror.map.page(image.page());
        int more = 0;
        for (int i = 0; i < image.indexes().length; i++) {
            more += image.kinds()[i] == PageImage.DATA ? 1 : 0;
            more -= page.at(image.indexes()[i]) == 0 ? 0 : 1;
        }
        return Math.max(0, (long) more << Blocks.SHIFT);
    }

    /** Whether a record comes too late to mean anything: a repair of a block written since. */
    static boolean superseded(Mirror mirror, JournalRecord record) {
        if (record instanceof JournalRecord.Repair(long block, long seq, var _)) {
            MapPage page = mirror.map.pageOf(block);
            int index = BlockMap.indexOf(block);
            byte kind = page.kind(index);
            return page.seq(index) != seq || (kind != MapPage.DATA && kind != MapPage.LOST);
        }
        return false;
    }
}
