package io.ashlar.dataplane.net;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.message.ForwardRequest;
import io.ashlar.dataplane.message.RaggedBytes;
import io.ashlar.dataplane.message.ToHolder;

/** Forwarded client I/O to and from frames (WIRE.md, "Forwarded requests"). */
final class ForwardRequestCodec {

    private ForwardRequestCodec() {}

    static void encode(ToHolder to, FrameWriter out) {
        switch (to.request()) {
            case ForwardRequest.Open() -> begin(out, to, FrameType.FORWARD_OPEN, 0);
            case ForwardRequest.Leave() -> begin(out, to, FrameType.FORWARD_LEAVE, 0);
            case ForwardRequest.Read(long id, long offset, int length) ->
                    begin(out, to, FrameType.FORWARD_READ, id)
                            .i64(offset)
                            .i32(checkReadable(length))
                            .zeros(4);
            case ForwardRequest.Write(long id, RaggedBytes bytes, boolean fua) ->
                    RaggedCodec.put(begin(out, to, FrameType.FORWARD_WRITE, id), bytes, fua);
            case ForwardRequest.Zero(
                            long id,
                            long offset,
                            long length,
                            boolean mayTrim,
                            boolean fua) -> {
                begin(out, to, FrameType.FORWARD_ZERO, id);
                putRange(out, offset, length).u8(mayTrim ? 1 : 0).u8(fua ? 1 : 0).zeros(6);
            }
            case ForwardRequest.Trim(long id, long offset, long length, boolean fua) -> {
                begin(out, to, FrameType.FORWARD_TRIM, id);
                putRange(out, offset, length).u8(fua ? 1 : 0).zeros(7);
            }
            case ForwardRequest.Flush(long id) -> begin(out, to, FrameType.FORWARD_FLUSH, id);
            case ForwardRequest.Survey(long id, long offset, long length) ->
                    putRange(begin(out, to, FrameType.FORWARD_SURVEY, id), offset, length);
        }
    }

    private static FrameWriter begin(FrameWriter out, ToHolder to, FrameType type, long id) {
        out.begin(type, to.volume().value(), to.epoch(), to.session(), id);
        return out;
    }

    private static FrameWriter putRange(FrameWriter out, long offset, long length) {
        return out.i64(offset).i64(length);
    }

    static ToHolder decode(FrameHeader header, BodyReader body) {
        ForwardRequest request = take(header, body);
        return new ToHolder(new VolumeId(header.mirror()), header.epoch(), header.conn(), request);
    }

    private static ForwardRequest take(FrameHeader header, BodyReader body) {
        long id = header.id();
        return switch (header.type()) {
            case FORWARD_OPEN -> new ForwardRequest.Open();
            case FORWARD_LEAVE -> new ForwardRequest.Leave();
            case FORWARD_READ -> takeRead(id, body);
            case FORWARD_WRITE -> {
                RaggedCodec.Flagged write = RaggedCodec.take(body);
                yield new ForwardRequest.Write(id, write.bytes(), write.flag());
            }
            case FORWARD_ZERO -> takeZero(id, body);
            case FORWARD_TRIM -> takeTrim(id, body);
            case FORWARD_FLUSH -> new ForwardRequest.Flush(id);
            case FORWARD_SURVEY ->
                    new ForwardRequest.Survey(id, takeOffset(body), takeLength(body));
            default -> throw new IllegalArgumentException("not a forwarded request");
        };
    }

    private static ForwardRequest takeRead(long id, BodyReader body) {
        long offset = takeOffset(body);
        int length = checkReadable(body.i32());
        body.zeros(4);
        return new ForwardRequest.Read(id, offset, length);
    }

    private static ForwardRequest takeZero(long id, BodyReader body) {
        long offset = takeOffset(body);
        long length = takeLength(body);
        boolean mayTrim = body.bool();
        boolean fua = body.bool();
        body.zeros(6);
        return new ForwardRequest.Zero(id, offset, length, mayTrim, fua);
    }

    private static ForwardRequest takeTrim(long id, BodyReader body) {
        long offset = takeOffset(body);
        long length = takeLength(body);
        boolean fua = body.bool();
        body.zeros(7);
        return new ForwardRequest.Trim(id, offset, length, fua);
    }

    private static long takeOffset(BodyReader body) {
        return atLeast(0, body.i64());
    }

    private static long takeLength(BodyReader body) {
        return atLeast(1, body.i64());
    }

    private static long atLeast(long least, long value) {
        if (value < least) {
            throw new IllegalArgumentException(value + " bytes");
        }
        return value;
    }

    /** What is asked for must fit the frame that answers. */
    private static int checkReadable(int length) {
        if (length < 1 || length > WireCodec.MAX_BLOCKS * Blocks.SIZE) {
            throw new IllegalArgumentException("a read of " + length + " bytes");
        }
        return length;
    }
}
