package io.ashlar.dataplane.nbd;

/**
 * A request as it came off the wire.
 *
 * @param flags command flags, 16 bits
 * @param type command number, 16 bits
 * @param cookie returned with the reply
 * @param offset bytes, unsigned
 * @param length bytes, unsigned; of the payload if there is one, else of the effect
 */
record RequestHeader(int flags, int type, long cookie, long offset, long length) {

    boolean is(Command command) {
        return type == command.number();
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Bytes that follow the header, unsigned. */
    long payloadBytes(Dialect dialect) {
        boolean payload =
                dialect == Dialect.EXTENDED ? has(Command.PAYLOAD_LEN) : is(Command.WRITE);
        return payload ? length : 0;
    }
}
