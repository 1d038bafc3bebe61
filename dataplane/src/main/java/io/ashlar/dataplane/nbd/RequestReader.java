package io.ashlar.dataplane.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Cuts the client's byte stream into requests. After each header its owner says, before it reads
 * on, what becomes of the payload: {@link #receive} into an array straight from the socket's
 * buffer, or {@link #skip}; nothing else is ever buffered but part of a header.
 */
final class RequestReader {

    /** What the bytes so far amount to. */
    enum Step {
        /** More bytes are needed. */
        STARVED,
        /** A header is complete. */
        HEADER,
        /** The payload announced by {@link #receive} or {@link #skip} is complete. */
        PAYLOAD,
        /** Not a request: the connection cannot be understood any more. */
        BROKEN
    }

    private static final byte[] NOTHING = {};

    private final Dialect dialect;
    private final ByteBuf partial;
    private RequestHeader header = new RequestHeader(0, 0, 0, 0, 0);
    private byte[] target = NOTHING;
    private int received;
    private long toSkip;
    private boolean inPayload;

    RequestReader(Dialect dialect) {
        this.dialect = dialect;
        this.partial = Unpooled.buffer(dialect.requestBytes(), dialect.requestBytes());
    }

    /** The header that was completed last. */
    RequestHeader header() {
        return header;
    }

    /** The payload that was completed last; the caller may keep it. */
    byte[] takePayload() {
        byte[] taken = target;
        target = NOTHING;
        return taken;
    }

    /** The payload goes into this array, to its end. */
    void receive(byte[] into) {
        target = into;
        received = 0;
        inPayload = true;
    }

    /** The payload is dropped. */
    void skip(long bytes) {
        receive(NOTHING);
        toSkip = bytes;
    }

    /** Whether a payload is awaited. */
    boolean inPayload() {
        return inPayload;
    }

    /** Consumes bytes up to the end of the next step. */
    Step next(ByteBuf in) {
        return inPayload ? payload(in) : header(in);
    }

    private Step payload(ByteBuf in) {
        int count = Math.min(target.length - received, in.readableBytes());
        in.readBytes(target, received, count);
        received += count;
        int skipped = (int) Math.min(toSkip, in.readableBytes());
        in.skipBytes(skipped);
        toSkip -= skipped;
        if (received < target.length || toSkip > 0) {
            return Step.STARVED;
        }
        inPayload = false;
        return Step.PAYLOAD;
    }

    private Step header(ByteBuf in) {
        int size = dialect.requestBytes();
        if (partial.writerIndex() == 0 && in.readableBytes() >= size) {
            return parse(in);
        }
        int count = Math.min(size - partial.writerIndex(), in.readableBytes());
        partial.writeBytes(in, count);
        if (partial.writerIndex() < size) {
            return Step.STARVED;
        }
        Step step = parse(partial);
        partial.clear();
        return step;
    }

    private Step parse(ByteBuf in) {
        boolean extended = dialect == Dialect.EXTENDED;
        if (in.readInt() != (extended ? Magic.EXTENDED_REQUEST : Magic.REQUEST)) {
            return Step.BROKEN;
        }
        int flags = in.readUnsignedShort();
        int type = in.readUnsignedShort();
        long cookie = in.readLong();
        long offset = in.readLong();
        long length = extended ? in.readLong() : in.readUnsignedInt();
        header = new RequestHeader(flags, type, cookie, offset, length);
        return Step.HEADER;
    }
}
