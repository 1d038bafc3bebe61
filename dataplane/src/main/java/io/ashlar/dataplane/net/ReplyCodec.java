package io.ashlar.dataplane.net;

import io.ashlar.common.block.BlockSet;
import io.ashlar.common.block.Payload;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.MirrorReply;
import java.util.List;

/** Replies to and from frames (WIRE.md, "Replies"). */
final class ReplyCodec {

    private static final int MAX_MESSAGE_CHARS = 1000;

    private final FrameWriter out;

    private ReplyCodec(FrameWriter out) {
        this.out = out;
    }

    static void encode(FromMirror message, FrameWriter out) {
        new ReplyCodec(out).put(message);
    }

    private void put(FromMirror from) {
        switch (from.reply()) {
            case MirrorReply.Written(long through, long roomBytes) ->
                    begin(from, FrameType.WRITTEN, through).i64(roomBytes);
            case MirrorReply.Blocks(long id, Payload payload) ->
                    begin(from, FrameType.BLOCKS, id).payload(payload);
            case MirrorReply.Promised(long id, long roomBytes) ->
                    begin(from, FrameType.PROMISED, id).i64(roomBytes);
            case MirrorReply.Flushed(long id) -> begin(from, FrameType.FLUSHED, id);
            case MirrorReply.Fenced(
                            Position last,
                            boolean suspect,
                            BlockSet stale,
                            long floor,
                            long roomBytes) -> {
                begin(from, FrameType.FENCED, 0).i64(last.epoch()).i64(last.seq());
                out.i64(floor).i64(roomBytes).u8(suspect ? 1 : 0).zeros(7);
                BlockSetCodec.put(out, stale);
            }
            case MirrorReply.Refused(long accepted) ->
                    begin(from, FrameType.REFUSED, 0).i64(accepted);
            case MirrorReply.Corrupt(long id, long[] bad, long[] seqs) ->
                    begin(from, FrameType.CORRUPT, id).i32(bad.length).i64s(bad).i64s(seqs);
            case MirrorReply.Kinds(long id, byte[] kinds) -> {
                begin(from, FrameType.KINDS, id);
                PageImageCodec.putKinds(out, kinds);
            }
            case MirrorReply.Changed(long id, BlockSet blocks) -> {
                begin(from, FrameType.CHANGED, id);
                BlockSetCodec.put(out, blocks);
            }
            case MirrorReply.Tail(long id, List<JournalRecord.Write> records) -> {
                begin(from, FrameType.TAIL, id);
                RecordCodec.putTail(out, records);
            }
            case MirrorReply.Image(long id, PageImage image) -> {
                begin(from, FrameType.IMAGE, id);
                PageImageCodec.put(out, image);
            }
            case MirrorReply.Copied(long id) -> begin(from, FrameType.COPIED, id);
            case MirrorReply.Ready(long id) -> begin(from, FrameType.READY, id);
            case MirrorReply.Failed(ErrorCode code, String message) -> {
                begin(from, FrameType.FAILED, 0);
                putFailure(out, code, message);
            }
        }
    }

    private FrameWriter begin(FromMirror from, FrameType type, long id) {
        out.begin(type, from.mirror().value(), from.epoch(), from.conn(), id);
        return out;
    }

    static FromMirror decode(FrameHeader header, BodyReader body) {
        MirrorReply reply = take(header, body);
        return new FromMirror(new MirrorId(header.mirror()), header.epoch(), header.conn(), reply);
    }

    private static MirrorReply take(FrameHeader header, BodyReader body) {
        long id = header.id();
        return switch (header.type()) {
            case FENCED -> takeFenced(body);
            case REFUSED -> new MirrorReply.Refused(body.i64());
            case PROMISED -> new MirrorReply.Promised(id, body.i64());
            case WRITTEN -> new MirrorReply.Written(id, body.i64());
            case FLUSHED -> new MirrorReply.Flushed(id);
            case BLOCKS -> new MirrorReply.Blocks(id, body.payload(body.blocksLeft()));
            case CORRUPT -> takeCorrupt(id, body);
            case KINDS -> new MirrorReply.Kinds(id, PageImageCodec.takeKinds(body));
            case CHANGED -> new MirrorReply.Changed(id, BlockSetCodec.take(body));
            case TAIL -> new MirrorReply.Tail(id, RecordCodec.takeTail(body));
            case IMAGE -> new MirrorReply.Image(id, PageImageCodec.take(body));
            case COPIED -> new MirrorReply.Copied(id);
            case READY -> new MirrorReply.Ready(id);
            case FAILED -> new MirrorReply.Failed(takeCode(body), body.text());
            default -> throw new IllegalArgumentException("not a reply");
        };
    }

    private static MirrorReply takeFenced(BodyReader body) {
        Position last = new Position(body.i64(), body.i64());
        long floor = body.i64();
        long roomBytes = body.i64();
        boolean suspect = body.bool();
        body.zeros(7);
        return new MirrorReply.Fenced(last, suspect, BlockSetCodec.take(body), floor, roomBytes);
    }

    private static MirrorReply takeCorrupt(long id, BodyReader body) {
        int count = body.count(2 * Long.BYTES);
        return new MirrorReply.Corrupt(id, body.i64s(count), body.i64s(count));
    }

    /** A code and a message, which is cut rather than refused. */
    static void putFailure(FrameWriter out, ErrorCode code, String message) {
        String cut = message.substring(0, Math.min(message.length(), MAX_MESSAGE_CHARS));
        out.u16(code.number()).text(cut, 4 * MAX_MESSAGE_CHARS);
    }

    static ErrorCode takeCode(BodyReader body) {
        return ErrorCode.ofNumber(body.u16());
    }
}
