package io.ashlar.dataplane.net;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Checksum;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import java.nio.ByteBuffer;

/**
 * The fixed head of every frame (WIRE.md, "Header").
 *
 * @param type what follows
 * @param mirror the mirror concerned; 0 in the hello exchange
 * @param epoch of the session; 0 in the hello exchange
 * @param conn of the session; 0 in the hello exchange
 * @param id the request's id, or the seq of a change; 0 where there is neither
 * @param bodyBytes length of the body, at most {@link #MAX_BODY_BYTES}
 * @param payloadBytes length of the blocks after the body, at most {@link #MAX_PAYLOAD_BYTES}
 * @param bodyChecksum CRC32C of the body
 */
record FrameHeader(
        FrameType type,
        long mirror,
        long epoch,
        long conn,
        long id,
        int bodyBytes,
        int payloadBytes,
        int bodyChecksum) {

    static final int BYTES = 64;

    /** "ASHW" as it stands in the stream. */
    static final int MAGIC = 0x57485341;

    /** The kinds of a whole default extent, two bits a block, and some room. */
    static final int MAX_BODY_BYTES = (1 << 20) + 4096;

    static final int MAX_PAYLOAD_BYTES = WireCodec.MAX_BLOCKS * Blocks.SIZE;

    static final int CHECKSUM_AT = 60;

    static final FrameHeader NONE = new FrameHeader(FrameType.HELLO, 0, 0, 0, 0, 0, 0, 0);

    /** Writes itself to the first {@link #BYTES} of {@code frame}; both are little-endian. */
    void put(ByteBuffer frame, int version) {
        frame.putInt(0, MAGIC)
                .put(4, (byte) version)
                .put(5, (byte) type.number())
                .putShort(6, (short) 0)
                .putLong(8, mirror)
                .putLong(16, epoch)
                .putLong(24, conn)
                .putLong(32, id)
                .putInt(40, bodyBytes)
                .putInt(44, payloadBytes)
                .putInt(48, bodyChecksum)
                .putLong(52, 0)
                .putInt(CHECKSUM_AT, Checksum.of(frame.slice(0, CHECKSUM_AT)));
    }

    /**
     * Reads and checks a header, so that nothing is allocated or awaited on a corrupt one's word.
     *
     * @throws StorageException {@code INVALID}, {@code WRONG_VERSION} or {@code CORRUPT}
     */
    static FrameHeader parse(ByteBuffer head, int version) {
        if (head.getInt(0) != MAGIC) {
            throw new StorageException(ErrorCode.INVALID, "not an Ashlar frame (wrong magic)");
        }
        if (head.getInt(CHECKSUM_AT) != Checksum.of(head.slice(0, CHECKSUM_AT))) {
            throw new StorageException(ErrorCode.CORRUPT, "frame header fails its checksum");
        }
        if (head.get(4) != (byte) version) {
            throw new StorageException(
                    ErrorCode.WRONG_VERSION,
                    "frame of version " + head.get(4) + " on a link of version " + version);
        }
        FrameType type = FrameType.of(head.get(5) & 0xFF);
        if (head.getShort(6) != 0 || head.getLong(52) != 0) {
            throw new StorageException(
                    ErrorCode.INVALID, "reserved bytes of " + type + " not zero");
        }
        int bodyBytes = head.getInt(40);
        int payloadBytes = head.getInt(44);
        if (bodyBytes < 0
                || bodyBytes > MAX_BODY_BYTES
                || payloadBytes < 0
                || payloadBytes > MAX_PAYLOAD_BYTES
                || payloadBytes % Blocks.SIZE != 0) {
            throw new StorageException(
                    ErrorCode.INVALID,
                    type + " with impossible lengths " + bodyBytes + " and " + payloadBytes);
        }
        return new FrameHeader(
                type,
                head.getLong(8),
                head.getLong(16),
                head.getLong(24),
                head.getLong(32),
                bodyBytes,
                payloadBytes,
                head.getInt(48));
    }
}
