package io.ashlar.dataplane.net;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.BlockSet;
import io.ashlar.common.block.Payload;
import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.store.MirrorLabel;
import io.ashlar.dataplane.store.Roster;

/** Requests to and from frames (WIRE.md, "Requests"). */
final class RequestCodec {

    private final FrameWriter out;

    private RequestCodec(FrameWriter out) {
        this.out = out;
    }

    static void encode(ToMirror message, FrameWriter out) {
        new RequestCodec(out).put(message);
    }

    private void put(ToMirror to) {
        switch (to.request()) {
            case MirrorRequest.Write(JournalRecord.Write record) -> {
                begin(to, FrameType.WRITE, record.position().seq());
                RecordCodec.put(out, record);
            }
            case MirrorRequest.Read(long id, BlockRange range) ->
                    putRange(to, FrameType.READ, id, checkReadable(range));
            case MirrorRequest.Ask(long id, long floor) -> begin(to, FrameType.ASK, id).i64(floor);
            case MirrorRequest.Flush(long id, long through) ->
                    begin(to, FrameType.FLUSH, id).i64(through);
            case MirrorRequest.Fence(DeviceId device, MirrorLabel label, boolean mayCreate) -> {
                begin(to, FrameType.FENCE, 0).u8(mayCreate ? 1 : 0).zeros(7);
                LabelCodec.putUuid(out, device.value());
                LabelCodec.put(out, label);
            }
            case MirrorRequest.Release _ -> begin(to, FrameType.RELEASE, 0);
            case MirrorRequest.Member(Roster roster) -> {
                begin(to, FrameType.MEMBER, 0);
                LabelCodec.put(out, roster);
            }
            case MirrorRequest.Survey(long id, BlockRange range) ->
                    putRange(to, FrameType.SURVEY, id, checkSurveyable(range));
            case MirrorRequest.ListChanged(long id, long after) ->
                    begin(to, FrameType.LIST_CHANGED, id).i64(after);
            case MirrorRequest.ReadTail(long id, long from, long through) ->
                    begin(to, FrameType.READ_TAIL, id).i64(from).i64(through);
            case MirrorRequest.ReadImage(long id, int page, long[] mask) ->
                    begin(to, FrameType.READ_IMAGE, id).i32(page).zeros(4).i64s(checkMask(mask));
            case MirrorRequest.StartResync(long id, Position start, BlockSet stale) -> {
                begin(to, FrameType.START_RESYNC, id).i64(start.epoch()).i64(start.seq());
                BlockSetCodec.put(out, stale);
            }
            case MirrorRequest.CopyPage(long id, PageImage image) -> {
                begin(to, FrameType.COPY_PAGE, id);
                PageImageCodec.put(out, image);
            }
            case MirrorRequest.JoinReady(long id, long through) ->
                    begin(to, FrameType.JOIN_READY, id).i64(through);
            case MirrorRequest.Repair(long block, long seq, Payload payload) ->
                    begin(to, FrameType.REPAIR, seq).i64(block).payload(payload);
        }
    }

    private FrameWriter begin(ToMirror to, FrameType type, long id) {
        out.begin(type, to.mirror().value(), to.epoch(), to.conn(), id);
        return out;
    }

    private void putRange(ToMirror to, FrameType type, long id, BlockRange range) {
        begin(to, type, id).i64(range.first()).i32(range.count()).zeros(4);
    }

    static ToMirror decode(FrameHeader header, BodyReader body) {
        MirrorRequest request = take(header, body);
        return new ToMirror(new MirrorId(header.mirror()), header.epoch(), header.conn(), request);
    }

    private static MirrorRequest take(FrameHeader header, BodyReader body) {
        long id = header.id();
        return switch (header.type()) {
            case FENCE -> takeFence(body);
            case ASK -> new MirrorRequest.Ask(id, body.i64());
            case RELEASE -> new MirrorRequest.Release();
            case WRITE -> new MirrorRequest.Write(RecordCodec.take(body, id));
            case FLUSH -> new MirrorRequest.Flush(id, body.i64());
            case MEMBER -> new MirrorRequest.Member(LabelCodec.takeRoster(body));
            case READ -> new MirrorRequest.Read(id, checkReadable(takeRange(body)));
            case SURVEY -> new MirrorRequest.Survey(id, checkSurveyable(takeRange(body)));
            case LIST_CHANGED -> new MirrorRequest.ListChanged(id, body.i64());
            case READ_TAIL -> new MirrorRequest.ReadTail(id, body.i64(), body.i64());
            case READ_IMAGE -> takeReadImage(id, body);
            case START_RESYNC ->
                    new MirrorRequest.StartResync(
                            id, new Position(body.i64(), body.i64()), BlockSetCodec.take(body));
            case COPY_PAGE -> new MirrorRequest.CopyPage(id, PageImageCodec.take(body));
            case JOIN_READY -> new MirrorRequest.JoinReady(id, body.i64());
            case REPAIR ->
                    new MirrorRequest.Repair(body.i64(), id, body.payload(body.blocksLeft()));
            default -> throw new IllegalArgumentException("not a request");
        };
    }

    private static MirrorRequest takeFence(BodyReader body) {
        boolean mayCreate = body.bool();
        body.zeros(7);
        DeviceId device = new DeviceId(LabelCodec.takeUuid(body));
        return new MirrorRequest.Fence(device, LabelCodec.take(body), mayCreate);
    }

    private static MirrorRequest takeReadImage(long id, BodyReader body) {
        int page = body.i32();
        body.zeros(4);
        return new MirrorRequest.ReadImage(id, page, body.i64s(PageImageCodec.MASK_WORDS));
    }

    private static BlockRange takeRange(BodyReader body) {
        BlockRange range = new BlockRange(body.i64(), body.i32());
        body.zeros(4);
        return range;
    }

    /** What is asked for must fit the frame that answers. */
    private static BlockRange checkReadable(BlockRange range) {
        if (range.count() > WireCodec.MAX_BLOCKS) {
            throw new IllegalArgumentException("a read of " + range.count() + " blocks");
        }
        return range;
    }

    private static BlockRange checkSurveyable(BlockRange range) {
        if (range.count() > WireCodec.MAX_SURVEY_BLOCKS) {
            throw new IllegalArgumentException("a survey of " + range.count() + " blocks");
        }
        return range;
    }

    private static long[] checkMask(long[] mask) {
        if (mask.length != PageImageCodec.MASK_WORDS) {
            throw new IllegalArgumentException("a page mask of " + mask.length + " words");
        }
        return mask;
    }
}
