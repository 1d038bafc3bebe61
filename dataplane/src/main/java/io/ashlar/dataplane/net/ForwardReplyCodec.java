package io.ashlar.dataplane.net;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.message.ForwardReply;
import io.ashlar.dataplane.message.FromHolder;
import io.ashlar.dataplane.message.RaggedBytes;
import io.ashlar.dataplane.volume.Allocation;
import java.util.ArrayList;
import java.util.List;

/** Replies to forwarded client I/O to and from frames (WIRE.md, "Forwarded replies"). */
final class ForwardReplyCodec {

    private static final int RUN_BYTES = 16;

    /** What one frame holds; a list of runs may always end early. */
    private static final int MAX_RUNS = (1 << 20) / RUN_BYTES;

    private ForwardReplyCodec() {}

    static void encode(FromHolder from, FrameWriter out) {
        switch (from.reply()) {
            case ForwardReply.Opened(long sizeBytes, long losses, boolean untold) ->
                    begin(out, from, FrameType.FORWARD_OPENED, 0)
                            .i64(sizeBytes)
                            .i64(losses)
                            .u8(untold ? 1 : 0)
                            .zeros(7);
            case ForwardReply.Refused(ErrorCode code, String message) ->
                    ReplyCodec.putFailure(
                            begin(out, from, FrameType.FORWARD_REFUSED, 0), code, message);
            case ForwardReply.Data(long id, RaggedBytes bytes) ->
                    RaggedCodec.put(begin(out, from, FrameType.FORWARD_DATA, id), bytes, false);
            case ForwardReply.Done(long id) -> begin(out, from, FrameType.FORWARD_DONE, id);
            case ForwardReply.Allocations(long id, List<Allocation> runs) ->
                    putRuns(begin(out, from, FrameType.FORWARD_ALLOCATIONS, id), runs);
            case ForwardReply.Failed(long id, ErrorCode code, String message) ->
                    ReplyCodec.putFailure(
                            begin(out, from, FrameType.FORWARD_FAILED, id), code, message);
            case ForwardReply.Lost(String reason) ->
                    ReplyCodec.putFailure(
                            begin(out, from, FrameType.FORWARD_LOST, 0),
                            ErrorCode.UNAVAILABLE,
                            reason);
        }
    }

    private static FrameWriter begin(FrameWriter out, FromHolder from, FrameType type, long id) {
        out.begin(type, from.volume().value(), from.epoch(), from.session(), id);
        return out;
    }

    private static void putRuns(FrameWriter out, List<Allocation> runs) {
        int count = Math.min(runs.size(), MAX_RUNS);
        out.i32(count).zeros(4);
        for (Allocation run : runs.subList(0, count)) {
            int kind =
                    switch (run.kind()) {
                        case HOLE -> PageImage.HOLE;
                        case DATA -> PageImage.DATA;
                        case ZERO -> PageImage.ZERO;
                    };
            out.i64(run.length()).u8(kind).zeros(7);
        }
    }

    static FromHolder decode(FrameHeader header, BodyReader body) {
        ForwardReply reply = take(header, body);
        return new FromHolder(new VolumeId(header.mirror()), header.epoch(), header.conn(), reply);
    }

    private static ForwardReply takeOpened(BodyReader body) {
        var opened = new ForwardReply.Opened(body.i64(), body.i64(), body.bool());
        body.zeros(7);
        return opened;
    }

    private static ForwardReply take(FrameHeader header, BodyReader body) {
        long id = header.id();
        return switch (header.type()) {
            case FORWARD_OPENED -> takeOpened(body);
            case FORWARD_REFUSED ->
                    new ForwardReply.Refused(ReplyCodec.takeCode(body), body.text());
            case FORWARD_DATA -> takeData(id, body);
            case FORWARD_DONE -> new ForwardReply.Done(id);
            case FORWARD_ALLOCATIONS -> new ForwardReply.Allocations(id, takeRuns(body));
            case FORWARD_FAILED ->
                    new ForwardReply.Failed(id, ReplyCodec.takeCode(body), body.text());
            case FORWARD_LOST -> takeLost(body);
            default -> throw new IllegalArgumentException("not a reply to forwarded I/O");
        };
    }

    private static ForwardReply takeData(long id, BodyReader body) {
        RaggedCodec.Flagged data = RaggedCodec.take(body);
        if (data.flag()) {
            throw new IllegalArgumentException("reserved bytes not zero");
        }
        return new ForwardReply.Data(id, data.bytes());
    }

    private static ForwardReply takeLost(BodyReader body) {
        ErrorCode _ = ReplyCodec.takeCode(body);
        return new ForwardReply.Lost(body.text());
    }

    private static List<Allocation> takeRuns(BodyReader body) {
        int count = body.count(RUN_BYTES);
        body.zeros(4);
        List<Allocation> runs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long length = body.i64();
            if (length < 1) {
                throw new IllegalArgumentException("a run of " + length + " bytes");
            }
            Allocation.Kind kind =
                    switch (body.u8()) {
                        case PageImage.HOLE -> Allocation.Kind.HOLE;
                        case PageImage.DATA -> Allocation.Kind.DATA;
                        case PageImage.ZERO -> Allocation.Kind.ZERO;
                        default -> throw new IllegalArgumentException("no such kind of run");
                    };
            body.zeros(7);
            runs.add(new Allocation(length, kind));
        }
        return runs;
    }
}
