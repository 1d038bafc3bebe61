package io.ashlar.dataplane.net;

import io.ashlar.common.block.Checksum;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Cuts a byte stream into frames wherever the network split it. Bytes are copied once, from the
 * receive buffer to where they stay: a payload straight into the array that is handed up. Holds at
 * most one body and one payload. One thread.
 */
final class FrameReader {

    /** Where frames go. */
    interface Sink {

        /**
         * A header has come; throw to refuse the frame before anything is allocated for it.
         *
         * @throws StorageException to end the link
         */
        void admit(FrameHeader header);

        /** A whole frame. {@code body} is valid during the call only. */
        void frame(FrameHeader header, BodyReader body);

        /** Whether the rest of the stream is still wanted. */
        boolean reading();
    }

    private enum Part {
        HEADER,
        BODY,
        PAYLOAD
    }

    private static final int USUAL_BODY_BYTES = 8192;
    private static final byte[] NOTHING = new byte[0];

    private final ByteBuffer head =
            ByteBuffer.allocate(FrameHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final byte[] usualBody = new byte[USUAL_BODY_BYTES];
    private int version;

    private Part part = Part.HEADER;
    private int filled;
    private FrameHeader header = FrameHeader.NONE;
    private byte[] body = NOTHING;
    private byte[] payload = NOTHING;

    FrameReader(int version) {
        this.version = version;
    }

    /** The version that all frames to come must have. */
    void expect(int agreed) {
        version = agreed;
    }

    /**
     * Takes all of {@code in}.
     *
     * @throws StorageException if the stream is not worth reading further
     */
    void read(ByteBuf in, Sink sink) {
        while (sink.reading() && step(in, sink)) {}
    }

    private boolean step(ByteBuf in, Sink sink) {
        return switch (part) {
            case HEADER -> {
                if (!fill(in, head.array(), FrameHeader.BYTES)) {
                    yield false;
                }
                header = FrameHeader.parse(head, version);
                sink.admit(header);
                body =
                        header.bodyBytes() <= USUAL_BODY_BYTES
                                ? usualBody
                                : new byte[header.bodyBytes()];
                yield advance(Part.BODY);
            }
            case BODY -> {
                if (!fill(in, body, header.bodyBytes())) {
                    yield false;
                }
                if (Checksum.of(body, 0, header.bodyBytes()) != header.bodyChecksum()) {
                    throw new StorageException(
                            ErrorCode.CORRUPT, "body of " + header.type() + " fails its checksum");
                }
                payload = header.payloadBytes() == 0 ? NOTHING : new byte[header.payloadBytes()];
                yield advance(Part.PAYLOAD);
            }
            case PAYLOAD -> {
                if (!fill(in, payload, header.payloadBytes())) {
                    yield false;
                }
                BodyReader whole = new BodyReader(body, header.bodyBytes(), payload);
                body = NOTHING;
                payload = NOTHING;
                advance(Part.HEADER);
                sink.frame(header, whole);
                yield true;
            }
        };
    }

    private boolean advance(Part next) {
        part = next;
        filled = 0;
        return true;
    }

    private boolean fill(ByteBuf in, byte[] target, int length) {
        int count = Math.min(in.readableBytes(), length - filled);
        in.readBytes(target, filled, count);
        filled += count;
        return filled == length;
    }
}
