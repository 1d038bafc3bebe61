package io.ashlar.dataplane.store.log;

import io.ashlar.dataplane.journal.Position;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A checkpoint: the state of all mirrors at one position of the log, from which replay goes on. The
 * pages of the maps lie in the log; this says where.
 *
 * @param position replay begins here
 * @param segments those in use then
 * @param mirrors those that existed then, and still when the checkpoint was finished
 */
record MapRoot(LogPosition position, List<SegmentUse> segments, List<MirrorImage> mirrors) {

    static final String NAME = "map";
    static final int MAGIC = 0x50485341; // "ASHP"
    static final int VERSION = 1;

    static final MapRoot EMPTY = new MapRoot(LogPosition.START, List.of(), List.of());

    /**
     * A segment in use.
     *
     * @param live blocks in it that maps point to
     */
    record SegmentUse(int index, long generation, long salt, int live) {}

    /** A page of a map: where its bytes begin in the log, and their CRC32C. */
    record StoredPage(int page, long at, int checksum) {}

    /**
     * A mirror's state.
     *
     * @param birth tells this mirror from another that has or had its id
     * @param stale as {@link StaleBody} has it
     * @param tailFirst seq of the first change of the tail
     * @param tail as {@link TailIndex} has it
     * @param pages all pages that ever held anything
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record MirrorImage(
            long id,
            long birth,
            Position last,
            long floor,
            byte[] stale,
            long tailFirst,
            long[] tail,
            List<StoredPage> pages) {

        MirrorImage with(List<StoredPage> stored) {
            return new MirrorImage(id, birth, last, floor, stale, tailFirst, tail, stored);
        }
    }

    byte[] encode() {
        ByteWriter to = new ByteWriter();
        to.u64(position.generation()).u64(position.end()).u64(position.number());
        to.u32(segments.size());
        for (SegmentUse s : segments) {
            to.u32(s.index).u64(s.generation).u64(s.salt).u32(s.live);
        }
        to.u32(mirrors.size());
        mirrors.forEach(mirror -> encode(mirror, to));
        return to.toBytes();
    }

    private static void encode(MirrorImage m, ByteWriter to) {
        to.u64(m.id).u64(m.birth).u64(m.last.epoch()).u64(m.last.seq()).u64(m.floor);
        to.bytes(m.stale);
        to.u64(m.tailFirst).u32(m.tail.length);
        for (long entry : m.tail) {
            to.u64(entry);
        }
        to.u32(m.pages.size());
        for (StoredPage page : m.pages) {
            to.u32(page.page).u64(page.at).u32(page.checksum);
        }
    }

    static MapRoot decode(ByteBuffer from) {
        LogPosition position = new LogPosition(from.getLong(), from.getLong(), from.getLong());
        List<SegmentUse> segments = new ArrayList<>();
        for (int n = from.getInt(); n > 0; n--) {
            segments.add(
                    new SegmentUse(from.getInt(), from.getLong(), from.getLong(), from.getInt()));
        }
        List<MirrorImage> mirrors = new ArrayList<>();
        for (int n = from.getInt(); n > 0; n--) {
            mirrors.add(mirror(from));
        }
        return new MapRoot(position, segments, mirrors);
    }

    private static MirrorImage mirror(ByteBuffer from) {
        long id = from.getLong();
        long birth = from.getLong();
        Position last = new Position(from.getLong(), from.getLong());
        long floor = from.getLong();
        byte[] stale = ByteWriter.bytes(from);
        long tailFirst = from.getLong();
        long[] tail = new long[from.getInt()];
        for (int i = 0; i < tail.length; i++) {
            tail[i] = from.getLong();
        }
        List<StoredPage> pages = new ArrayList<>();
        for (int n = from.getInt(); n > 0; n--) {
            pages.add(new StoredPage(from.getInt(), from.getLong(), from.getInt()));
        }
        return new MirrorImage(id, birth, last, floor, stale, tailFirst, tail, pages);
    }
}
