package io.ashlar.dataplane.net;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Payload;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a body and takes the payload apart. Whoever reads past the end gets a {@link
 * BufferUnderflowException}; nothing is allocated for a count that the rest of the body cannot
 * hold.
 */
final class BodyReader {

    private final ByteBuffer body;
    private final byte[] payload;
    private int taken;

    BodyReader(byte[] body, int length, byte[] payload) {
        this.body = ByteBuffer.wrap(body, 0, length).order(ByteOrder.LITTLE_ENDIAN);
        this.payload = payload;
    }

    int u8() {
        return body.get() & 0xFF;
    }

    int u16() {
        return body.getShort() & 0xFFFF;
    }

    int i32() {
        return body.getInt();
    }

    long i64() {
        return body.getLong();
    }

    long[] i64s(int count) {
        need(count, Long.BYTES);
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = body.getLong();
        }
        return values;
    }

    byte[] bytes(int count) {
        need(count, 1);
        byte[] values = new byte[count];
        body.get(values);
        return values;
    }

    /** A 32-bit count of things of at least {@code elementBytes} bytes each. */
    int count(int elementBytes) {
        int count = body.getInt();
        need(count, elementBytes);
        return count;
    }

    private void need(int count, int elementBytes) {
        if (count < 0 || (long) count * elementBytes > body.remaining()) {
            throw new BufferUnderflowException();
        }
    }

    boolean bool() {
        int value = u8();
        if (value > 1) {
            throw new IllegalArgumentException("neither true nor false: " + value);
        }
        return value == 1;
    }

    /** Reserved bytes, which must be zero. */
    void zeros(int count) {
        for (int i = 0; i < count; i++) {
            if (body.get() != 0) {
                throw new IllegalArgumentException("reserved bytes not zero");
            }
        }
    }

    String text() {
        return new String(bytes(u16()), StandardCharsets.UTF_8);
    }

    boolean hasMore() {
        return body.hasRemaining();
    }

    /** How many blocks of the payload no one has taken yet. */
    int blocksLeft() {
        return (payload.length - taken) >>> Blocks.SHIFT;
    }

    /**
     * The next blocks, verified against the checksums that stand here in the body. This is the one
     * verification of a block on its way over a link: on the very array that is stored or returned.
     *
     * @throws StorageException {@code CORRUPT} if one does not match
     */
    Payload payload(int blocks) {
        need(blocks, Integer.BYTES);
        if (blocks > blocksLeft()) {
            throw new BufferUnderflowException();
        }
        int[] checksums = new int[blocks];
        for (int i = 0; i < blocks; i++) {
            checksums[i] = body.getInt();
        }
        int length = blocks << Blocks.SHIFT;
        byte[] bytes =
                length == payload.length
                        ? payload
                        : Arrays.copyOfRange(payload, taken, taken + length);
        taken += length;
        Payload result = new Payload(bytes, checksums);
        int bad = result.firstCorrupt();
        if (bad >= 0) {
            throw new StorageException(
                    ErrorCode.CORRUPT, "block " + bad + " of a payload fails its checksum");
        }
        return result;
    }

    /** Checks that body and payload were used up. */
    void end() {
        if (body.hasRemaining() || taken != payload.length) {
            throw new IllegalArgumentException(
                    body.remaining() + " bytes and " + blocksLeft() + " blocks left over");
        }
    }
}
