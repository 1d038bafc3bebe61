package io.ashlar.dataplane.store.log;

import io.ashlar.dataplane.journal.Position;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The meaning of a record, without its frame and payload.
 *
 * @param type what it is
 * @param trim whether a ZERO, or a TAIL of one, gives its space back
 * @param owner of which mirror
 * @param position of the change; of the start for RESYNC; {@code START} where it means nothing
 * @param first first block; for COPY, RELOCATE and MAP_PAGE the page
 * @param blocks how many blocks or entries
 * @param floor highest seq known to be on all required mirrors
 * @param body by type, little-endian
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LogRecord(
        RecordType type,
        boolean trim,
        Owner owner,
        Position position,
        long first,
        int blocks,
        long floor,
        byte[] body) {

    static final byte[] NO_BODY = {};

    /** The body, ready to read. */
    ByteBuffer fields() {
        return ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** CRC32C of each block of the payload, in order. */
    int[] payloadChecksums() {
        return switch (type) {
            case WRITE, REPAIR, MAP_PAGE, TAIL -> plainChecksums();
            case COPY, RELOCATE -> BlockEntry.payloadChecksums(fields(), blocks);
            case ZERO, RESYNC -> new int[0];
        };
    }

    private int[] plainChecksums() {
        int[] checksums = new int[body.length / Integer.BYTES];
        fields().asIntBuffer().get(checksums);
        return checksums;
    }

    /** A body of checksums alone. */
    static byte[] checksumBody(int... checksums) {
        ByteBuffer body =
                ByteBuffer.allocate(checksums.length * Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        body.asIntBuffer().put(checksums);
        return body.array();
    }
}
