package io.ashlar.dataplane.nbd;

import io.ashlar.common.error.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Builds the replies to one option: a run of messages with the same option code, ended by an
 * acknowledgement or an error.
 */
final class OptionReply {

    /** NBD_REP_*: the kinds of replies. */
    static final int ACK = 1;

    static final int SERVER = 2;
    static final int INFO = 3;
    static final int META_CONTEXT = 4;
    static final int ERR_UNSUP = 0x80000001;
    static final int ERR_POLICY = 0x80000002;
    static final int ERR_INVALID = 0x80000003;
    static final int ERR_TLS_REQD = 0x80000005;
    static final int ERR_UNKNOWN = 0x80000006;
    static final int ERR_SHUTDOWN = 0x80000007;
    static final int ERR_TOO_BIG = 0x80000009;
    static final int ERR_EXT_HEADER_REQD = 0x8000000a;

    private static final int HEADER_BYTES = 20;

    private final int option;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(64);

    OptionReply(int option) {
        this.option = option;
    }

    /** Adds a message of a kind with its payload. */
    OptionReply with(int kind, byte[] payload) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putLong(Magic.OPTION_REPLY).putInt(option).putInt(kind).putInt(payload.length);
        out.writeBytes(header.array());
        out.writeBytes(payload);
        return this;
    }

    /** Adds the final acknowledgement. */
    byte[] acknowledged() {
        return with(ACK, new byte[0]).bytes();
    }

    /** Adds a final error with a text for the user, cut to what the document allows. */
    byte[] refused(int error, String message) {
        return with(error, Text.encode(message)).bytes();
    }

    private byte[] bytes() {
        return out.toByteArray();
    }

    /** How a failure of the directory reads to a client. */
    static int errorFor(ErrorCode code) {
        return switch (code) {
            case HELD, IN_USE, READ_ONLY -> ERR_POLICY;
            case INVALID -> ERR_INVALID;
            case NOT_FOUND,
                    ALREADY_EXISTS,
                    CONFLICT,
                    FENCED,
                    NO_SPACE,
                    UNPLACEABLE,
                    UNAVAILABLE,
                    CORRUPT,
                    IO,
                    WRONG_CLUSTER,
                    WRONG_VERSION,
                    LOST_UNFLUSHED ->
                    ERR_UNKNOWN;
        };
    }

    /** The payload of one export in a list. */
    static byte[] server(String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + text.length).putInt(text.length).put(text).array();
    }

    /** The payload of a metadata context. */
    static byte[] metaContext(int id, String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + text.length).putInt(id).put(text).array();
    }
}
