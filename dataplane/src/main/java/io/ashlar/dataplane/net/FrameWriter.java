package io.ashlar.dataplane.net;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Checksum;
import io.ashlar.common.block.Payload;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Composes one frame after the other: head and body in a small array of its own, payloads by
 * reference until {@link #moveTo} copies both into the link's outgoing chunks. One thread.
 *
 * <p>Between {@link #begin} and {@link #seal} every method appends to the body.
 */
final class FrameWriter {

    private static final int USUAL_BYTES = 8192;

    private int version;
    private final List<byte[]> payloads = new ArrayList<>();
    private ByteBuffer frame = allocate(USUAL_BYTES);
    private FrameHeader header = FrameHeader.NONE;
    private int payloadBytes;
    private int moving;
    private int moved;

    FrameWriter(int version) {
        this.version = version;
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The version of the frames to come. */
    void use(int agreed) {
        version = agreed;
    }

    /** Drops what was composed before and begins a frame. */
    void begin(FrameType type, long mirror, long epoch, long conn, long id) {
        if (frame.capacity() > USUAL_BYTES) {
            frame = allocate(USUAL_BYTES);
        }
        payloads.clear();
        payloadBytes = 0;
        frame.clear().position(FrameHeader.BYTES);
        header = new FrameHeader(type, mirror, epoch, conn, id, 0, 0, 0);
    }

    private ByteBuffer room(int bytes) {
        if (frame.remaining() < bytes) {
            int needed = frame.position() + bytes;
            if (needed > FrameHeader.BYTES + FrameHeader.MAX_BODY_BYTES) {
                throw new IllegalArgumentException(header.type() + " is too long for a frame");
            }
            frame = allocate(Math.max(needed, 2 * frame.capacity())).put(frame.flip());
        }
        return frame;
    }

    FrameWriter u8(int value) {
        room(Byte.BYTES).put((byte) value);
        return this;
    }

    FrameWriter u16(int value) {
        room(Short.BYTES).putShort((short) value);
        return this;
    }

    FrameWriter i32(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    FrameWriter i64(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    FrameWriter i64s(long[] values) {
        ByteBuffer to = room(values.length * Long.BYTES);
        for (long value : values) {
            to.putLong(value);
        }
        return this;
    }

    FrameWriter bytes(byte[] values) {
        room(values.length).put(values);
        return this;
    }

    FrameWriter zeros(int count) {
        for (int i = 0; i < count; i++) {
            u8(0);
        }
        return this;
    }

    /** A 16-bit length and UTF-8. */
    FrameWriter text(String value, int maxBytes) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > maxBytes) {
            throw new IllegalArgumentException("text of " + utf8.length + " bytes: " + value);
        }
        return u16(utf8.length).bytes(utf8);
    }

    /** The checksums into the body, the blocks behind it. Nothing is computed here (P10). */
    FrameWriter payload(Payload payload) {
        payloadBytes += payload.bytes().length;
        if (payloadBytes > FrameHeader.MAX_PAYLOAD_BYTES) {
            throw new IllegalArgumentException(
                    header.type() + " with more than " + WireCodec.MAX_BLOCKS + " blocks");
        }
        ByteBuffer to = room(payload.checksums().length * Integer.BYTES);
        for (int checksum : payload.checksums()) {
            to.putInt(checksum);
        }
        payloads.add(payload.bytes());
        return this;
    }

    /** How many blocks of payload still fit into the frame. */
    int blocksLeft() {
        return (FrameHeader.MAX_PAYLOAD_BYTES - payloadBytes) / Blocks.SIZE;
    }

    /** Length of the whole frame, before it is sealed. */
    int length() {
        return frame.position() + payloadBytes;
    }

    /** Writes the header; from now on the frame only moves out. */
    FrameWriter seal() {
        int bodyBytes = frame.position() - FrameHeader.BYTES;
        new FrameHeader(
                        header.type(),
                        header.mirror(),
                        header.epoch(),
                        header.conn(),
                        header.id(),
                        bodyBytes,
                        payloadBytes,
                        Checksum.of(frame.slice(FrameHeader.BYTES, bodyBytes)))
                .put(frame, version);
        frame.flip();
        moving = 0;
        moved = 0;
        return this;
    }

    /** Moves on to {@code out} what it has room for; true once nothing is left. */
    boolean moveTo(ByteBuf out) {
        int head = Math.min(frame.remaining(), out.writableBytes());
        out.writeBytes(frame.array(), frame.arrayOffset() + frame.position(), head);
        frame.position(frame.position() + head);
        while (moving < payloads.size() && out.isWritable()) {
            byte[] payload = payloads.get(moving);
            int length = Math.min(payload.length - moved, out.writableBytes());
            out.writeBytes(payload, moved, length);
            moved += length;
            if (moved == payload.length) {
                moving++;
                moved = 0;
            }
        }
        return !frame.hasRemaining() && moving == payloads.size();
    }
}
