package io.ashlar.dataplane.net;

import io.ashlar.common.block.Checksum;
import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.message.ToPeer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Frames as arrays, and streams of them cut up and decoded. */
final class Frames {

    private Frames() {}

    /** The frame of a message, a hello, a refusal, or a sign of life, which is its type. */
    static byte[] of(Object content, FrameType greeting) {
        return switch (content) {
            case ToPeer to -> WireCodec.encode(to);
            case FromPeer from -> WireCodec.encode(from);
            case Hello hello -> {
                FrameWriter out = new FrameWriter(Hello.FRAME_VERSION);
                hello.encode(greeting, out);
                yield bytes(out);
            }
            case Refusal refusal -> {
                FrameWriter out = new FrameWriter(Hello.FRAME_VERSION);
                refusal.encode(out);
                yield bytes(out);
            }
            case FrameType sign -> {
                FrameWriter out = new FrameWriter(WireCodec.PING_VERSION);
                out.begin(sign, 0, 0, 0, 0);
                yield bytes(out);
            }
            default -> throw new IllegalArgumentException("no frame for " + content);
        };
    }

    private static byte[] bytes(FrameWriter out) {
        byte[] frame = new byte[out.length()];
        out.seal().moveTo(Unpooled.wrappedBuffer(frame).clear());
        return frame;
    }

    /** Makes the header's checksum right again after a change to the header. */
    static byte[] reseal(byte[] frame) {
        ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).putInt(60, Checksum.of(frame, 0, 60));
        return frame;
    }

    /** Makes both checksums right again after a change to the body. */
    static byte[] resealBody(byte[] frame, int bodyBytes) {
        ByteBuffer.wrap(frame)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(48, Checksum.of(frame, 64, bodyBytes));
        return reseal(frame);
    }

    /** What a stream of version 1 holds, as it comes in these pieces. */
    static List<Object> decode(byte[]... pieces) {
        return decode(WireCodec.OLDEST_VERSION, pieces);
    }

    /** What a stream holds, as it comes in these pieces. */
    static List<Object> decode(int version, byte[]... pieces) {
        Collecting sink = new Collecting();
        FrameReader reader = new FrameReader(version);
        for (byte[] piece : pieces) {
            ByteBuf in = Unpooled.wrappedBuffer(piece);
            reader.read(in, sink);
            if (in.isReadable()) {
                throw new AssertionError("bytes were left: " + in);
            }
        }
        return sink.contents;
    }

    private static final class Collecting implements FrameReader.Sink {

        private final List<Object> contents = new ArrayList<>();

        @Override
        public void admit(FrameHeader header) {}

        @Override
        public void frame(FrameHeader header, BodyReader body) {
            contents.add(content(header, body));
        }

        private static Object content(FrameHeader header, BodyReader body) {
            Optional<Object> link =
                    switch (header.type()) {
                        case HELLO, WELCOME ->
                                Optional.of(WireCodec.decode(header, body, Hello::decode));
                        case REFUSAL ->
                                Optional.of(WireCodec.decode(header, body, Refusal::decode));
                        case PING, PONG -> {
                            body.end();
                            yield Optional.of(header.type());
                        }
                        default -> Optional.empty();
                    };
            return link.orElseGet(() ->
                    header.type().isRequest()
                            ? Side.ACCEPTING.decode(header, body)
                            : Side.CONNECTING.decode(header, body));
        }

        @Override
        public boolean reading() {
            return true;
        }
    }
}
