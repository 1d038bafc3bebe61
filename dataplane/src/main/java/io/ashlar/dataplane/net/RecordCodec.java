package io.ashlar.dataplane.net;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.Payload;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.journal.Position;
import java.util.ArrayList;
import java.util.List;

/** Changes, alone in a {@code WRITE} and many to a {@code TAIL}. */
final class RecordCodec {

    /** Of a record without its seq and its checksums. */
    private static final int BYTES = 32;

    private RecordCodec() {}

    /** All but the seq, which stands in the header or in front. */
    static void put(FrameWriter out, JournalRecord.Write record) {
        Change change = record.change();
        out.i64(record.position().epoch())
                .i64(record.floor())
                .i64(change.range().first())
                .i32(change.range().count());
        switch (change) {
            case Change.Data(BlockRange _, Payload payload) ->
                    out.u8(PageImage.DATA).zeros(3).payload(payload);
            case Change.Zero(BlockRange _, boolean trim) ->
                    out.u8(trim ? PageImage.HOLE : PageImage.ZERO).zeros(3);
        }
    }

    static JournalRecord.Write take(BodyReader body, long seq) {
        Position position = new Position(body.i64(), seq);
        long floor = body.i64();
        BlockRange range = new BlockRange(body.i64(), body.i32());
        int kind = body.u8();
        body.zeros(3);
        Change change =
                switch (kind) {
                    case PageImage.DATA -> new Change.Data(range, body.payload(range.count()));
                    case PageImage.HOLE -> new Change.Zero(range, true);
                    case PageImage.ZERO -> new Change.Zero(range, false);
                    default -> throw new IllegalArgumentException("no such change: " + kind);
                };
        return new JournalRecord.Write(position, change, floor);
    }

    /**
     * As many of the records as fit one frame, in order. A tail is by its contract a beginning of
     * what was asked for, and whoever reads it asks again from where it ends.
     */
    static void putTail(FrameWriter out, List<JournalRecord.Write> records) {
        int count = fitting(out, records);
        out.i32(count);
        for (JournalRecord.Write record : records.subList(0, count)) {
            out.i64(record.position().seq());
            put(out, record);
        }
    }

    private static int fitting(FrameWriter out, List<JournalRecord.Write> records) {
        int blocks = out.blocksLeft();
        int bodyBytes = FrameHeader.MAX_BODY_BYTES - Integer.BYTES;
        int count = 0;
        for (JournalRecord.Write record : records) {
            int carried = record.change() instanceof Change.Data data ? data.payload().blocks() : 0;
            blocks -= carried;
            bodyBytes -= Long.BYTES + BYTES + carried * Integer.BYTES;
            if (blocks < 0 || bodyBytes < 0) {
                break;
            }
            count++;
        }
        return count;
    }

    static List<JournalRecord.Write> takeTail(BodyReader body) {
        int count = body.count(Long.BYTES + BYTES);
        List<JournalRecord.Write> records = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            records.add(take(body, body.i64()));
        }
        return records;
    }
}
