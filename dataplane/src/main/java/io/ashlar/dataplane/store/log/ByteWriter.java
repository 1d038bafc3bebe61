package io.ashlar.dataplane.store.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Little-endian fields into an array that grows. */
final class ByteWriter {

    private ByteBuffer buffer = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int capacity = Math.max(buffer.capacity() * 2, buffer.position() + bytes);
            buffer =
                    ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN).put(buffer.flip());
        }
        return buffer;
    }

    ByteWriter u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    ByteWriter u32(int value) {
        room(4).putInt(value);
        return this;
    }

    ByteWriter u64(long value) {
        room(8).putLong(value);
        return this;
    }

    ByteWriter uuid(UUID value) {
        return u64(value.getMostSignificantBits()).u64(value.getLeastSignificantBits());
    }

    /** Length as u32, then UTF-8. */
    ByteWriter text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Length as u32, then the bytes. */
    ByteWriter bytes(byte[] value) {
        u32(value.length);
        room(value.length).put(value);
        return this;
    }

    byte[] toBytes() {
        byte[] bytes = new byte[buffer.position()];
        buffer.duplicate().flip().get(bytes);
        return bytes;
    }

    static UUID uuid(ByteBuffer from) {
        long high = from.getLong();
        return new UUID(high, from.getLong());
    }

    static String text(ByteBuffer from) {
        return new String(bytes(from), StandardCharsets.UTF_8);
    }

    static byte[] bytes(ByteBuffer from) {
        byte[] bytes = new byte[from.getInt()];
        from.get(bytes);
        return bytes;
    }
}
