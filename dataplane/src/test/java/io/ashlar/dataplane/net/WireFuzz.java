package io.ashlar.dataplane.net;

import io.ashlar.common.error.StorageException;
import io.ashlar.dataplane.fuzz.Coverage;
import io.ashlar.dataplane.fuzz.FuzzTarget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Frames between servers. The first byte of an input says whether it is a request or a reply,
 * whether its checksums are made right (else nearly nothing passes them), and the size of the
 * pieces.
 */
public final class WireFuzz implements FuzzTarget {

    private static final int MOST_SEED_BYTES = 3000;

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        RandomMessages messages = new RandomMessages(7);
        messages.requests().forEach(message -> seed(seeds, 0x62, WireCodec.encode(message)));
        messages.replies().forEach(message -> seed(seeds, 0x63, WireCodec.encode(message)));
        return seeds;
    }

    private static void seed(List<byte[]> seeds, int choice, byte[] frame) {
        if (frame.length <= MOST_SEED_BYTES) {
            byte[] seed = new byte[1 + frame.length];
            seed[0] = (byte) choice;
            System.arraycopy(frame, 0, seed, 1, frame.length);
            seeds.add(seed);
        }
    }

    @Override
    public void run(byte[] input, Coverage coverage) {
        if (input.length == 0) {
            return;
        }
        byte[] stream = Arrays.copyOfRange(input, 1, input.length);
        if ((input[0] & 2) != 0) {
            seal(stream);
        }
        boolean replies = (input[0] & 1) != 0;
        FrameReader reader = new FrameReader(WireCodec.OLDEST_VERSION);
        Sink sink = new Sink(replies, coverage);
        int piece = 1 + 41 * (input[0] >> 2 & 0x3f);
        try {
            for (int at = 0; at < stream.length; at += piece) {
                int bytes = Math.min(piece, stream.length - at);
                ByteBuf in = Unpooled.wrappedBuffer(stream, at, bytes);
                reader.read(in, sink);
            }
        } catch (StorageException e) {
            coverage.at(
                    replies, e.code().name(), Coverage.template(String.valueOf(e.getMessage())));
        }
    }

    /** Makes checksums right, frame by frame, as far as the lengths make sense. */
    private static void seal(byte[] stream) {
        int at = 0;
        while (stream.length - at >= FrameHeader.BYTES) {
            ByteBuffer frame =
                    ByteBuffer.wrap(stream, at, stream.length - at)
                            .slice()
                            .order(ByteOrder.LITTLE_ENDIAN);
            int body = frame.getInt(40);
            int payload = frame.getInt(44);
            byte[] copy = Arrays.copyOfRange(stream, at, stream.length);
            boolean whole = body >= 0 && body <= copy.length - FrameHeader.BYTES;
            byte[] sealed = whole ? Frames.resealBody(copy, body) : Frames.reseal(copy);
            System.arraycopy(sealed, 0, stream, at, FrameHeader.BYTES);
            if (!whole || payload < 0 || payload > copy.length) {
                return;
            }
            at += FrameHeader.BYTES + body + payload;
        }
    }

    /**
     * Decodes every frame, encodes what it means, and that again: the same bytes. The first time
     * they may differ from what came, by texts that were no UTF-8.
     */
    private record Sink(boolean replies, Coverage coverage) implements FrameReader.Sink {

        @Override
        public void admit(FrameHeader header) {
            coverage.at(replies, "head", header.type().name(), header.payloadBytes() > 0);
        }

        @Override
        public void frame(FrameHeader header, BodyReader body) {
            byte[] once;
            byte[] twice;
            if (replies) {
                once = WireCodec.encode(WireCodec.decode(header, body, WireCodec::takeReply));
                twice = WireCodec.encode(WireCodec.decodeReply(once));
            } else {
                once = WireCodec.encode(WireCodec.decode(header, body, WireCodec::takeRequest));
                twice = WireCodec.encode(WireCodec.decodeRequest(once));
            }
            if (!Arrays.equals(once, twice)) {
                throw new AssertionError(header + " has two meanings");
            }
            int magnitude = Integer.SIZE - Integer.numberOfLeadingZeros(header.bodyBytes());
            coverage.at(replies, "frame", header.type().name(), magnitude);
        }

        @Override
        public boolean reading() {
            return true;
        }
    }
}
