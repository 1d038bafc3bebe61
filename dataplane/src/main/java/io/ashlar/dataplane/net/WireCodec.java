package io.ashlar.dataplane.net;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.dataplane.message.FromHolder;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.message.ToHolder;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.message.ToPeer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.BufferUnderflowException;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Messages as the bytes of one frame each, and the limits of a frame. Links do not come through
 * here: they encode into their outgoing buffers with the same codecs.
 */
public final class WireCodec {

    /** The newest version of the format: links between servers of this software have it. */
    static final int VERSION = 2;

    /** The oldest version that is spoken still; its messages have the same form in all. */
    static final int OLDEST_VERSION = 1;

    /** From this version on links know {@code PING} and {@code PONG}. */
    static final int PING_VERSION = 2;

    /** The most blocks that one message carries or asks to read (1 MiB). */
    public static final int MAX_BLOCKS = 256;

    /** The most blocks of one survey (a default extent, 16 GiB). */
    public static final int MAX_SURVEY_BLOCKS = 1 << 22;

    /** The most pages that a block set on the wire may have (a default extent, 16 GiB). */
    public static final int MAX_SET_PAGES = BlockSetCodec.MAX_PAGES;

    private WireCodec() {}

    /**
     * The frame of a request.
     *
     * @throws IllegalArgumentException if it exceeds the limits of a frame
     */
    public static byte[] encode(ToPeer message) {
        FrameWriter out = new FrameWriter(OLDEST_VERSION);
        put(message, out);
        return frame(out);
    }

    /**
     * The frame of a reply.
     *
     * @throws IllegalArgumentException if it exceeds the limits of a frame
     */
    public static byte[] encode(FromPeer message) {
        FrameWriter out = new FrameWriter(OLDEST_VERSION);
        put(message, out);
        return frame(out);
    }

    static void put(ToPeer message, FrameWriter out) {
        switch (message) {
            case ToMirror to -> RequestCodec.encode(to, out);
            case ToHolder to -> ForwardRequestCodec.encode(to, out);
        }
    }

    static void put(FromPeer message, FrameWriter out) {
        switch (message) {
            case FromMirror from -> ReplyCodec.encode(from, out);
            case FromHolder from -> ForwardReplyCodec.encode(from, out);
        }
    }

    static ToPeer takeRequest(FrameHeader header, BodyReader body) {
        return header.type().forwards()
                ? ForwardRequestCodec.decode(header, body)
                : RequestCodec.decode(header, body);
    }

    static FromPeer takeReply(FrameHeader header, BodyReader body) {
        return header.type().forwards()
                ? ForwardReplyCodec.decode(header, body)
                : ReplyCodec.decode(header, body);
    }

    private static byte[] frame(FrameWriter out) {
        byte[] frame = new byte[out.length()];
        out.seal().moveTo(Unpooled.wrappedBuffer(frame).clear());
        return frame;
    }

    /**
     * The request in exactly one frame.
     *
     * @throws StorageException {@code INVALID}, {@code CORRUPT} or {@code WRONG_VERSION}
     */
    public static ToPeer decodeRequest(byte[] frame) {
        return decodeOne(frame, WireCodec::takeRequest);
    }

    /**
     * The reply in exactly one frame.
     *
     * @throws StorageException {@code INVALID}, {@code CORRUPT} or {@code WRONG_VERSION}
     */
    public static FromPeer decodeReply(byte[] frame) {
        return decodeOne(frame, WireCodec::takeReply);
    }

    private static <M> M decodeOne(byte[] frame, BiFunction<FrameHeader, BodyReader, M> codec) {
        OneFrame<M> one = new OneFrame<>(codec);
        ByteBuf in = Unpooled.wrappedBuffer(frame);
        new FrameReader(OLDEST_VERSION).read(in, one);
        if (one.message.isEmpty() || in.isReadable()) {
            throw new StorageException(ErrorCode.INVALID, "not exactly one frame");
        }
        return one.message.get();
    }

    /**
     * Decodes a frame to its end, and turns what a well-checksummed but impossible body provokes
     * into a refusal.
     */
    static <M> M decode(
            FrameHeader header, BodyReader body, BiFunction<FrameHeader, BodyReader, M> codec) {
        try {
            M message = codec.apply(header, body);
            body.end();
            return message;
        } catch (BufferUnderflowException | IllegalArgumentException | ArithmeticException e) {
            throw new StorageException(
                    ErrorCode.INVALID, "malformed " + header.type() + ": " + e.getMessage(), e);
        }
    }

    private static final class OneFrame<M> implements FrameReader.Sink {

        private final BiFunction<FrameHeader, BodyReader, M> codec;
        private Optional<M> message = Optional.empty();

        OneFrame(BiFunction<FrameHeader, BodyReader, M> codec) {
            this.codec = codec;
        }

        @Override
        public void admit(FrameHeader header) {}

        @Override
        public void frame(FrameHeader header, BodyReader body) {
            message = Optional.of(decode(header, body, codec));
        }

        @Override
        public boolean reading() {
            return message.isEmpty();
        }
    }
}
