package io.ashlar.dataplane.store.log;

import io.ashlar.dataplane.journal.Position;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * How a record lies in the log: a header of 104 bytes, the body, zeros up to a multiple of 8, the
 * payload, zeros up to {@code recordBytes}. The header's checksum covers header and body; payload
 * blocks have their own in the body.
 *
 * @param record what it means; its body may not be read yet
 * @param salt of the segment it was written into: a record of an earlier use of the space differs
 * @param number running number over the device
 * @param synced number through which the log was durable when this was appended
 * @param bodyBytes length of the body
 * @param payloadBytes length of the payload, whole blocks
 * @param recordBytes length in all, padding included
 * @param checksum CRC32C of the header, with this field zero, and the body
 */
record RecordFrame(
        LogRecord record,
        long salt,
        long number,
        long synced,
        int bodyBytes,
        int payloadBytes,
        int recordBytes,
        int checksum) {

    static final int HEADER = 104;
    private static final int MAGIC = 0x52485341; // "ASHR"
    private static final int VERSION = 1;
    private static final int TRIM = 1;
    private static final int CHECKSUM_AT = 8;

    /** Where the payload begins, from the start of the record. */
    static int payloadOffset(int bodyBytes) {
        return HEADER + ((bodyBytes + 7) & ~7);
    }

    /** Length without padding after the payload. */
    static long unpadded(int bodyBytes, int payloadBytes) {
        return (long) payloadOffset(bodyBytes) + payloadBytes;
    }

    /** Writes a header at the buffer's position. */
    static void encode(
            ByteBuffer to,
            LogRecord record,
            long salt,
            long number,
            long synced,
            int payloadBytes,
            int recordBytes) {
        int start = to.position();
        to.putInt(MAGIC)
                .put((byte) VERSION)
                .put((byte) record.type().number())
                .put((byte) (record.trim() ? TRIM : 0))
                .put((byte) 0) // encoding of the payload: plain
                .putInt(0)
                .putInt(record.body().length)
                .putLong(salt)
                .putLong(number)
                .putLong(record.owner().mirror())
                .putLong(record.position().epoch())
                .putLong(record.position().seq())
                .putLong(record.first())
                .putLong(record.floor())
                .putInt(record.blocks())
                .putInt(payloadBytes)
                .putInt(recordBytes)
                .putInt(0)
                .putLong(synced)
                .putLong(record.owner().birth());
        to.putInt(start + CHECKSUM_AT, checksum(to.slice(start, HEADER), record.body()));
    }

    /**
     * Reads a header; nothing if it is none of ours, of another version or inconsistent. Whether
     * its checksum is right is known only with the body: {@link #withBody}.
     */
    static Optional<RecordFrame> decode(ByteBuffer header) {
        ByteBuffer in = header.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        Optional<RecordType> type = RecordType.ofNumber(in.get(5));
        int bodyBytes = in.getInt(12);
        int payloadBytes = in.getInt(76);
        int recordBytes = in.getInt(80);
        if (in.getInt(0) != MAGIC
                || in.get(4) != VERSION
                || in.get(7) != 0
                || type.isEmpty()
                || bodyBytes < 0
                || payloadBytes < 0
                || unpadded(bodyBytes, payloadBytes) > recordBytes) {
            return Optional.empty();
        }
        LogRecord record =
                new LogRecord(
                        type.get(),
                        (in.get(6) & TRIM) != 0,
                        new Owner(in.getLong(32), in.getLong(96)),
                        new Position(in.getLong(40), in.getLong(48)),
                        in.getLong(56),
                        in.getInt(72),
                        in.getLong(64),
                        LogRecord.NO_BODY);
        return Optional.of(
                new RecordFrame(
                        record,
                        in.getLong(16),
                        in.getLong(24),
                        in.getLong(88),
                        bodyBytes,
                        payloadBytes,
                        recordBytes,
                        in.getInt(CHECKSUM_AT)));
    }

    /** The record with its body, if header and body match the checksum. */
    Optional<RecordFrame> withBody(ByteBuffer header, byte[] body) {
        ByteBuffer copy = ByteBuffer.allocate(HEADER).put(header.duplicate()).flip();
        copy.putInt(CHECKSUM_AT, 0);
        if (checksum(copy, body) != checksum) {
            return Optional.empty();
        }
        LogRecord whole =
                new LogRecord(
                        record.type(),
                        record.trim(),
                        record.owner(),
                        record.position(),
                        record.first(),
                        record.blocks(),
                        record.floor(),
                        body);
        return Optional.of(
                new RecordFrame(
                        whole,
                        salt,
                        number,
                        synced,
                        bodyBytes,
                        payloadBytes,
                        recordBytes,
                        checksum));
    }

    private static int checksum(ByteBuffer header, byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(header.duplicate());
        crc.update(body);
        return (int) crc.getValue();
    }
}
