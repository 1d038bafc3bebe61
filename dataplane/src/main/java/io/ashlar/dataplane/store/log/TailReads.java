package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.Payload;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads of a mirror's newest changes as they were appended, to roll another mirror forward. */
final class TailReads {

    private final Device device;

    TailReads(Device device) {
        this.device = device;
    }

    /** All that is asked for lies in the file: the caller has flushed. */
    StoreAnswer read(Mirror mirror, StoreRequest.ReadTail request) throws IOException {
        if (request.from() < mirror.tail.first()) {
            return new StoreAnswer.Failed(
                    ErrorCode.INVALID,
                    "mirror "
                            + mirror.row.id()
                            + " keeps changes from seq "
                            + mirror.tail.first()
                            + ", not from "
                            + request.from());
        }
        List<JournalRecord.Write> records = new ArrayList<>();
        long bytes = 0;
        long to = Math.min(request.to(), mirror.tail.end() - 1);
        for (long seq = request.from(); seq <= to; seq++) {
            Optional<JournalRecord.Write> record = record(mirror.tail.at(seq));
            if (record.isEmpty()) {
                return new StoreAnswer.Failed(
                        ErrorCode.CORRUPT,
                        "change " + seq + " of mirror " + mirror.row.id() + " is damaged");
            }
            bytes += payloadBytes(record.get());
            if (!records.isEmpty() && bytes > request.maxBytes()) {
                break;
            }
            records.add(record.get());
        }
        return new StoreAnswer.Tail(records);
    }

    private static long payloadBytes(JournalRecord.Write record) {
        return record.change() instanceof Change.Data(_, Payload payload)
                ? payload.bytes().length
                : 0;
    }

    private Optional<JournalRecord.Write> record(long at) throws IOException {
        int segment = device.segments.of(at);
        SegmentReader reader =
                new SegmentReader(
                        device.legible,
                        device.segments.start(segment) + device.segments.segmentBytes(),
                        device.segments.salt(segment));
        Optional<RecordFrame> found = reader.record(at);
        if (found.isEmpty() || !reader.payloadIsWhole(found.get(), at)) {
            return Optional.empty();
        }
        RecordFrame frame = found.get();
        byte[] bytes = new byte[frame.payloadBytes()];
        long payloadAt = at + RecordFrame.payloadOffset(frame.bodyBytes());
        return device.legible.read(ByteBuffer.wrap(bytes), payloadAt) < bytes.length
                ? Optional.empty()
                : Optional.of(write(frame.record(), bytes));
    }

    private static JournalRecord.Write write(LogRecord record, byte[] bytes) {
        BlockRange range = new BlockRange(record.first(), record.blocks());
        Change change =
                bytes.length == 0
                        ? new Change.Zero(range, record.trim())
                        : new Change.Data(range, new Payload(bytes, record.payloadChecksums()));
        return new JournalRecord.Write(record.position(), change, record.floor());
    }
}
