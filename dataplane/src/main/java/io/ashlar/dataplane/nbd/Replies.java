package io.ashlar.dataplane.nbd;

import io.ashlar.dataplane.volume.Allocation;
import java.nio.ByteBuffer;
import java.util.List;

/** The bytes of replies in the dialect of a session. Payloads of reads are added by the caller. */
final class Replies {

    /** NBD_REPLY_TYPE_*. */
    static final int NONE = 0;

    static final int OFFSET_DATA = 1;
    static final int OFFSET_HOLE = 2;
    static final int BLOCK_STATUS = 5;
    static final int BLOCK_STATUS_EXT = 6;
    static final int ERROR = 0x8001;

    /** NBD_REPLY_FLAG_DONE. */
    static final int DONE = 1;

    /** NBD_STATE_*. */
    static final int HOLE = 1;

    static final int ZERO = 2;

    /** The most descriptors in one block status; a client asks again for the rest. */
    static final int MAX_DESCRIPTORS = 8192;

    /** Compact descriptors have 32 bits of length: the most in whole blocks. */
    private static final long MAX_COMPACT_RUN = 0xfffff000L;

    private final Dialect dialect;

    Replies(Dialect dialect) {
        this.dialect = dialect;
    }

    /** Success without a payload; as a simple reply to a read, the header before its data. */
    byte[] success(RequestHeader request) {
        return dialect == Dialect.SIMPLE
                ? simple(request, 0)
                : chunk(request, DONE, NONE, 0, 0).array();
    }

    /** Failure. */
    byte[] failure(RequestHeader request, NbdError error, String message) {
        if (dialect == Dialect.SIMPLE) {
            return simple(request, error.number());
        }
        byte[] text = Text.encode(message);
        return chunk(request, DONE, ERROR, 6L + text.length, 6 + text.length)
                .putInt(error.number())
                .putShort((short) text.length)
                .put(text)
                .array();
    }

    /** The header of a chunk with {@code bytes} of data, which follow, from {@code offset}. */
    byte[] data(RequestHeader request, int flags, long offset, int bytes) {
        return chunk(request, flags, OFFSET_DATA, 8L + bytes, 8).putLong(offset).array();
    }

    /** A chunk that says that {@code bytes} from {@code offset} are zeros. */
    byte[] hole(RequestHeader request, int flags, long offset, int bytes) {
        return chunk(request, flags, OFFSET_HOLE, 12, 12).putLong(offset).putInt(bytes).array();
    }

    /** The block status of a range that begins with these runs. */
    byte[] status(RequestHeader request, List<Allocation> runs) {
        boolean extended = dialect == Dialect.EXTENDED;
        int most = request.has(Command.REQ_ONE) ? 1 : Math.min(runs.size(), MAX_DESCRIPTORS);
        ByteBuffer payload = ByteBuffer.allocate(extended ? 8 + 16 * most : 4 + 8 * most);
        payload.putInt(Session.ALLOCATION);
        if (extended) {
            payload.putInt(0); // the count, not known yet
        }
        int count = 0;
        long left = request.length();
        while (count < most && left > 0) {
            Allocation run = runs.get(count++);
            long length = Math.min(run.length(), left);
            if (extended) {
                payload.putLong(length).putLong(flags(run.kind()));
                left -= length;
            } else {
                long told = Math.min(length, MAX_COMPACT_RUN);
                payload.putInt((int) told).putInt(flags(run.kind()));
                left = told < length ? 0 : left - told; // nothing can follow a run cut short
            }
        }
        if (extended) {
            payload.putInt(4, count);
        }
        payload.flip();
        int type = extended ? BLOCK_STATUS_EXT : BLOCK_STATUS;
        int bytes = payload.remaining();
        return chunk(request, DONE, type, bytes, bytes).put(payload).array();
    }

    private static int flags(Allocation.Kind kind) {
        return switch (kind) {
            case DATA -> 0;
            case ZERO -> ZERO;
            case HOLE -> HOLE | ZERO;
        };
    }

    private static byte[] simple(RequestHeader request, int error) {
        return ByteBuffer.allocate(Dialect.SIMPLE.replyBytes())
                .putInt(Magic.SIMPLE_REPLY)
                .putInt(error)
                .putLong(request.cookie())
                .array();
    }

    /** A chunk's header, in a buffer with {@code room} for what is added of its payload. */
    private ByteBuffer chunk(RequestHeader request, int flags, int type, long payload, int room) {
        ByteBuffer chunk = ByteBuffer.allocate(dialect.replyBytes() + room);
        if (dialect == Dialect.EXTENDED) {
            return chunk.putInt(Magic.EXTENDED_REPLY)
                    .putShort((short) flags)
                    .putShort((short) type)
                    .putLong(request.cookie())
                    .putLong(request.offset())
                    .putLong(payload);
        }
        return chunk.putInt(Magic.STRUCTURED_REPLY)
                .putShort((short) flags)
                .putShort((short) type)
                .putLong(request.cookie())
                .putInt((int) payload);
    }
}
