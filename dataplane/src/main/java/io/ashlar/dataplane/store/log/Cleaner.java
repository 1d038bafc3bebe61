package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Checksum;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Empties segments: what is still needed of one is appended anew, and the next checkpoint frees it.
 * Goes record by record, so that it can be given a little time between requests.
 *
 * <p>Needed are the blocks that a map points to, whole records of changes above a mirror's floor,
 * and pages of maps. Cost and benefit as in Rosenblum and Ousterhout, The Design and Implementation
 * of a Log-Structured File System, section 3.5: free space gained times age over bytes moved.
 */
final class Cleaner {

    private static final long RECORD_COST = 512;

    /** What is left of a segment and less than this is not worth a record of its own. */
    private static final long SMALL_REST = 64 << 10;

    private final Device device;
    private final LogTail tail;
    private final Appender appender;

    private Optional<Victim> victim = Optional.empty();

    private static final class Victim {
        final int segment;
        final SegmentReader reader;
        long at;

        Victim(int segment, SegmentReader reader, long at) {
            this.segment = segment;
            this.reader = reader;
            this.at = at;
        }
    }

    Cleaner(Device device, LogTail tail, Appender appender) {
        this.device = device;
        this.tail = tail;
        this.appender = appender;
    }

    boolean active() {
        return victim.isPresent();
    }

    /** Whether a segment that is at most {@code full} in use waits to be emptied. */
    boolean mayPick(double full) {
        long now = tail.position().generation();
        for (int i = 0; i < device.segments.count(); i++) {
            if (device.segments.cleanable(i, now, full)) {
                return true;
            }
        }
        return false;
    }

    /** Picks the segment that is worth most, of those at most {@code full} in use. */
    boolean pick(double full) {
        long now = tail.position().generation();
        int best = -1;
        double bestScore = 0;
        for (int i = 0; i < device.segments.count(); i++) {
            double score = device.segments.cleanable(i, now, full) ? score(i, now) : 0;
            if (score > bestScore) {
                best = i;
                bestScore = score;
            }
        }
        if (best >= 0) {
            long start = device.segments.start(best);
            SegmentReader reader =
                    new SegmentReader(
                            device.legible,
                            start + device.segments.segmentBytes(),
                            device.segments.salt(best));
            victim = Optional.of(new Victim(best, reader, start + device.superblock.unit()));
        }
        return best >= 0;
    }

    private double score(int segment, long now) {
        double used = device.segments.used(segment);
        double age = now - device.segments.generation(segment);
        return (1 - used) * age / (1 + used);
    }

    /** Moves about {@code budget} bytes; ends the segment when its last record is done. */
    void step(long budget) throws IOException {
        long left = budget;
        while (left > 0 && victim.isPresent()) {
            Victim v = victim.get();
            Optional<RecordFrame> frame = v.reader.record(v.at);
            if (frame.isEmpty()) {
                // The end, or damage: then what lies behind stays, and so does the segment.
                device.segments.cleaned(v.segment);
                victim = Optional.empty();
                return;
            }
            left -= RECORD_COST + move(v.reader, frame.get(), v.at);
            v.at += frame.get().recordBytes();
        }
    }

    private long move(SegmentReader reader, RecordFrame frame, long at) throws IOException {
        LogRecord record = frame.record();
        Mirror mirror = device.mirrors.get(new MirrorId(record.owner().mirror()));
        if (mirror == null || !mirror.row.owner().equals(record.owner())) {
            return 0;
        }
        long payloadAt = at + RecordFrame.payloadOffset(frame.bodyBytes());
        if (record.type() == RecordType.MAP_PAGE) {
            if (mirror.map.storedAt((int) record.first()) == payloadAt) {
                mirror.map.touch((int) record.first());
                appender.changed();
            }
            return 0;
        }
        if (isTail(mirror, record, at) && reader.payloadIsWhole(frame, at)) {
            return moveChange(mirror, frame, payloadAt);
        }
        return moveBlocks(mirror, record, payloadAt);
    }

    private static boolean isTail(Mirror mirror, LogRecord record, long at) {
        return switch (record.type()) {
            case WRITE, ZERO, TAIL ->
                    mirror.tail.contains(record.position().seq())
                            && mirror.tail.at(record.position().seq()) == at;
            case COPY, RELOCATE, REPAIR, RESYNC, MAP_PAGE -> false;
        };
    }

    private long moveChange(Mirror mirror, RecordFrame frame, long payloadAt) throws IOException {
        LogRecord r = frame.record();
        byte[] payload = new byte[frame.payloadBytes()];
        if (device.legible.read(ByteBuffer.wrap(payload), payloadAt) < payload.length) {
            return moveBlocks(mirror, r, payloadAt);
        }
        appender.append(
                mirror,
                new LogRecord(
                        RecordType.TAIL,
                        r.trim(),
                        r.owner(),
                        r.position(),
                        r.first(),
                        r.blocks(),
                        r.floor(),
                        r.body()),
                payload);
        return payload.length;
    }

    private long moveBlocks(Mirror mirror, LogRecord record, long payloadAt) throws IOException {
        long[] blocks = PayloadBlocks.of(record);
        long moved = 0;
        int i = 0;
        while (i < blocks.length) {
            int page = (int) (blocks[i] / Blocks.PER_PAGE);
            int end = i + 1;
            while (end < blocks.length && blocks[end] / Blocks.PER_PAGE == page) {
                end++;
            }
            moved += movePage(mirror, page, blocks, i, end, payloadAt);
            i = end;
        }
        return moved;
    }

    /**
     * Moves those of {@code blocks[from..to)}, all of one page, that the map still finds here. In
     * two records where one does not fit into what is left of a segment: in small segments long
     * records would else leave as much unused as cleaning gains.
     */
    private long movePage(
            Mirror mirror, int pageIndex, long[] blocks, int from, int to, long payloadAt)
            throws IOException {
        MapPage page = mirror.map.page(pageIndex);
        ByteBuffer body =
                ByteBuffer.allocate((to - from) * BlockEntry.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer payload = ByteBuffer.allocate((to - from) << Blocks.SHIFT);
        byte[] block = new byte[Blocks.SIZE];
        long moved = 0;
        for (int i = from; i < to; i++) {
            int index = BlockMap.indexOf(blocks[i]);
            long at = payloadAt + ((long) i << Blocks.SHIFT);
            if (page.kind(index) != MapPage.DATA || page.at(index) != at) {
                continue;
            }
            if (device.legible.read(ByteBuffer.wrap(block), at) < Blocks.SIZE) {
                continue; // stays where it is, and with it the segment: it may yet be read
            }
            boolean whole = Checksum.ofBlock(block, 0) == page.checksum(index);
            if (fillsSegment(body.position(), payload.position())) {
                moved += relocate(mirror, pageIndex, body, payload);
            }
            // A damaged block is not moved: its place is noted as lost, so that reads say so.
            byte kind = whole ? MapPage.DATA : MapPage.LOST;
            new BlockEntry(index, kind, whole ? page.checksum(index) : 0, page.seq(index))
                    .write(body);
            if (whole) {
                payload.put(block);
            }
        }
        return moved + relocate(mirror, pageIndex, body, payload);
    }

    private boolean fillsSegment(int bodyBytes, int payloadBytes) {
        long more = tail.paddedBytes(bodyBytes + BlockEntry.BYTES, payloadBytes + Blocks.SIZE);
        return bodyBytes > 0 && tail.left() >= SMALL_REST && more > tail.left();
    }

    private long relocate(Mirror mirror, int page, ByteBuffer body, ByteBuffer payload)
            throws IOException {
        byte[] entries = taken(body);
        byte[] blocks = taken(payload);
        if (entries.length > 0) {
            LogRecord record =
                    new LogRecord(
                            RecordType.RELOCATE,
                            false,
                            mirror.row.owner(),
                            Position.START,
                            page,
                            entries.length / BlockEntry.BYTES,
                            0,
                            entries);
            appender.append(mirror, record, blocks);
        }
        return blocks.length;
    }

    private static byte[] taken(ByteBuffer from) {
        byte[] bytes = new byte[from.position()];
        from.flip().get(bytes);
        from.clear();
        return bytes;
    }
}
