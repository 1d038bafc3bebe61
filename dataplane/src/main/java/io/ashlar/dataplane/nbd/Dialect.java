package io.ashlar.dataplane.nbd;

/** The form of requests and replies in the transmission phase, as negotiated. */
enum Dialect {
    /** Compact requests, one simple reply each. */
    SIMPLE,
    /** Compact requests, replies in chunks. */
    STRUCTURED,
    /** Requests and chunks with 64-bit lengths. */
    EXTENDED;

    /** Bytes of a request's header. */
    int requestBytes() {
        return this == EXTENDED ? 32 : 28;
    }

    /** Bytes of a chunk's (or simple reply's) header. */
    int replyBytes() {
        return switch (this) {
            case SIMPLE -> 16;
            case STRUCTURED -> 20;
            case EXTENDED -> 32;
        };
    }
}
