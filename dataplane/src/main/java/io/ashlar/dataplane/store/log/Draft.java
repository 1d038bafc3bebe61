package io.ashlar.dataplane.store.log;

import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.journal.Position;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A record about to be appended: its meaning and its payload.
 *
 * @param payload whole blocks, shared with whoever sent them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Draft(LogRecord record, byte[] payload) {

    private static final byte[] NO_PAYLOAD = {};

    static Draft of(Owner owner, JournalRecord record) {
        return switch (record) {
            case JournalRecord.Write w -> write(owner, w);
            case JournalRecord.ResyncStart(Position start, var stale) ->
                    new Draft(
                            record(owner, RecordType.RESYNC, start, StaleBody.encode(stale)),
                            NO_PAYLOAD);
            case JournalRecord.CopyPage(PageImage image) -> copy(owner, image);
            case JournalRecord.Repair(long block, long seq, var payload) ->
                    new Draft(
                            new LogRecord(
                                    RecordType.REPAIR,
                                    false,
                                    owner,
                                    new Position(0, seq),
                                    block,
                                    1,
                                    0,
                                    LogRecord.checksumBody(payload.checksums())),
                            payload.bytes());
        };
    }

    private static LogRecord record(Owner owner, RecordType type, Position position, byte[] body) {
        return new LogRecord(type, false, owner, position, 0, 0, 0, body);
    }

    private static Draft write(Owner owner, JournalRecord.Write write) {
        return switch (write.change()) {
            case Change.Data(var range, var payload) ->
                    new Draft(
                            new LogRecord(
                                    RecordType.WRITE,
                                    false,
                                    owner,
                                    write.position(),
                                    range.first(),
                                    range.count(),
                                    write.floor(),
                                    LogRecord.checksumBody(payload.checksums())),
                            payload.bytes());
            case Change.Zero(var range, boolean trim) ->
                    new Draft(
                            new LogRecord(
                                    RecordType.ZERO,
                                    trim,
                                    owner,
                                    write.position(),
                                    range.first(),
                                    range.count(),
                                    write.floor(),
                                    LogRecord.NO_BODY),
                            NO_PAYLOAD);
        };
    }

    private static Draft copy(Owner owner, PageImage image) {
        int count = image.indexes().length;
        ByteBuffer body =
                ByteBuffer.allocate(count * BlockEntry.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int data = 0;
        for (int i = 0; i < count; i++) {
            byte kind = image.kinds()[i];
            int checksum = kind == PageImage.DATA ? image.data().checksums()[data++] : 0;
            new BlockEntry(image.indexes()[i], kind, checksum, image.seqs()[i]).write(body);
        }
        return new Draft(
                new LogRecord(
                        RecordType.COPY,
                        false,
                        owner,
                        Position.START,
                        image.page(),
                        count,
                        0,
                        body.array()),
                image.data().bytes());
    }
}
