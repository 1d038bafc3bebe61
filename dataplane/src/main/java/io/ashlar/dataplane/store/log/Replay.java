package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.Blocks;
import java.nio.ByteBuffer;

/**
 * The one way in which a mirror's state changes: a record that lies at a place in the log is
 * applied. The same code runs when the record is appended and when recovery finds it again.
 */
final class Replay {

    private Replay() {}

    /** Applies a record of this mirror that begins at byte {@code at} of the log. */
    static void apply(Mirror mirror, LogRecord record, long at) {
        long payloadAt = at + RecordFrame.payloadOffset(record.body().length);
        switch (record.type()) {
            case WRITE -> write(mirror, record, at, payloadAt);
            case ZERO -> zero(mirror, record, at);
            case COPY -> entries(mirror, record, payloadAt, true);
            case RELOCATE -> entries(mirror, record, payloadAt, false);
            case RESYNC -> resync(mirror, record);
            case REPAIR -> repair(mirror, record, payloadAt);
            case TAIL -> moveTail(mirror, record, at, payloadAt);
            case MAP_PAGE -> {} // counts only through the checkpoint that names it
        }
    }

    private static void write(Mirror mirror, LogRecord record, long at, long payloadAt) {
        ByteBuffer checksums = record.fields();
        for (int i = 0; i < record.blocks(); i++) {
            mirror.map.put(
                    record.first() + i,
                    MapPage.DATA,
                    record.position().seq(),
                    payloadAt + ((long) i << Blocks.SHIFT),
                    checksums.getInt());
        }
        changed(mirror, record, at);
    }

    private static void zero(Mirror mirror, LogRecord record, long at) {
        byte kind = record.trim() ? MapPage.HOLE : MapPage.ZERO;
        for (int i = 0; i < record.blocks(); i++) {
            mirror.map.put(record.first() + i, kind, record.position().seq(), 0, 0);
        }
        changed(mirror, record, at);
    }

    private static void changed(Mirror mirror, LogRecord record, long at) {
        mirror.stale.remove(new BlockRange(record.first(), record.blocks()));
        mirror.last = record.position();
        mirror.tail.add(record.position().seq(), entry(record, at));
        mirror.floor = Math.max(mirror.floor, record.floor());
        mirror.tail.prune(mirror.floor);
    }

    private static long entry(LogRecord record, long at) {
        return TailIndex.entry(at, record.body().length / Integer.BYTES);
    }

    private static void entries(Mirror mirror, LogRecord record, long payloadAt, boolean copied) {
        ByteBuffer body = record.fields();
        long base = record.first() * Blocks.PER_PAGE;
        long next = payloadAt;
        for (int i = 0; i < record.blocks(); i++) {
            BlockEntry entry = BlockEntry.read(body);
            long block = base + entry.index();
            boolean data = entry.kind() == MapPage.DATA;
            mirror.map.put(block, entry.kind(), entry.seq(), data ? next : 0, entry.checksum());
            next += data ? Blocks.SIZE : 0;
            if (copied) {
                mirror.stale.remove(new BlockRange(block, 1));
            }
        }
    }

    private static void resync(Mirror mirror, LogRecord record) {
        mirror.last = record.position();
        mirror.stale = StaleBody.decode(record.fields());
        // What it held before is no history that anyone could be rolled forward with.
        mirror.tail.restart(record.position().seq() + 1);
        mirror.floor = record.position().seq();
    }

    private static void repair(Mirror mirror, LogRecord record, long payloadAt) {
        int checksum = record.fields().getInt();
        mirror.map.put(record.first(), MapPage.DATA, record.position().seq(), payloadAt, checksum);
    }

    private static void moveTail(Mirror mirror, LogRecord record, long at, long payloadAt) {
        long seq = record.position().seq();
        mirror.tail.move(seq, entry(record, at));
        ByteBuffer checksums = record.fields();
        for (int i = 0; checksums.hasRemaining(); i++) {
            int checksum = checksums.getInt();
            long block = record.first() + i;
            MapPage page = mirror.map.pageOf(block);
            int index = BlockMap.indexOf(block);
            if (page.kind(index) == MapPage.DATA && page.seq(index) == seq) {
                long to = payloadAt + ((long) i << Blocks.SHIFT);
                mirror.map.put(block, MapPage.DATA, seq, to, checksum);
            }
        }
    }
}
