package io.ashlar.dataplane.nbd;

/** The transmission flags (NBD_FLAG_*): what an export can do, as told in the handshake. */
final class ExportFlags {

    static final int HAS_FLAGS = 1;
    static final int READ_ONLY = 1 << 1;
    static final int SEND_FLUSH = 1 << 2;
    static final int SEND_FUA = 1 << 3;
    static final int SEND_TRIM = 1 << 5;
    static final int SEND_WRITE_ZEROES = 1 << 6;
    static final int SEND_DF = 1 << 7;
    static final int CAN_MULTI_CONN = 1 << 8;
    static final int SEND_CACHE = 1 << 10;
    static final int SEND_FAST_ZERO = 1 << 11;
    static final int BLOCK_STATUS_PAYLOAD = 1 << 12;

    private ExportFlags() {}

    /** The flags for what was negotiated. */
    static int of(Session session) {
        int flags = HAS_FLAGS | SEND_FLUSH | SEND_FUA | CAN_MULTI_CONN | SEND_CACHE;
        flags |=
                session.access() == Access.READ_ONLY
                        ? READ_ONLY
                        : SEND_TRIM | SEND_WRITE_ZEROES | SEND_FAST_ZERO;
        if (session.dialect() != Dialect.SIMPLE) {
            flags |= SEND_DF;
        }
        if (session.dialect() == Dialect.EXTENDED && session.blockStatus()) {
            flags |= BLOCK_STATUS_PAYLOAD;
        }
        return flags;
    }
}
