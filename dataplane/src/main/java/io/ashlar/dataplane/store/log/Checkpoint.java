package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Checksum;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.Position;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Stores the maps as they are at one position of the log, a little at a time, while changes go on.
 *
 * <p>Crash order: 1. every page that was dirty at the position is appended to the log, at the
 * latest just before it changes; 2. the log is synced; 3. the root that names them is replaced; 4.
 * segments that only the old root needed become free. A crash before 3 leaves the old root, and all
 * that it needs.
 */
final class Checkpoint {

    private final Device device;
    private final LogTail tail;
    private final Durability durability;

    private final Map<MirrorId, Mirror> mirrors = new TreeMap<>();
    private final List<MapRoot.MirrorImage> images = new ArrayList<>();
    private final ArrayDeque<Page> pending = new ArrayDeque<>();
    private LogPosition position = LogPosition.START;
    private List<MapRoot.SegmentUse> segments = List.of();
    private boolean running;
    private boolean rooting;

    private record Page(Mirror mirror, int index) {}

    Checkpoint(Device device, LogTail tail, Durability durability) {
        this.device = device;
        this.tail = tail;
        this.durability = durability;
    }

    boolean running() {
        return running;
    }

    /** Whether pages wait to be stored. */
    boolean storing() {
        return running && !rooting;
    }

    /** Begins one of the state as it is now. */
    void begin() {
        running = true;
        position = tail.position();
        segments = device.segments.uses();
        for (Mirror mirror : device.mirrors.values()) {
            mirrors.put(mirror.row.id(), mirror);
            images.add(mirror.image());
            for (int page : mirror.map.dirtyPages()) {
                mirror.map.page(page).pending(true);
                pending.add(new Page(mirror, page));
            }
        }
    }

    /** Stores some of the pages that wait; hands the root over when none is left. */
    void step(int pages) throws IOException {
        for (int i = 0; i < pages && !pending.isEmpty(); i++) {
            Page page = pending.remove();
            store(page.mirror, page.index);
        }
        if (pending.isEmpty()) {
            rooting = true;
            MapRoot root = root();
            durability.root(root.encode(), () -> finished(root));
        }
    }

    /** Must come before a record of this mirror is appended: stores the pages that it changes. */
    void prepare(Mirror mirror, LogRecord record) throws IOException {
        if (!storing()) {
            return;
        }
        switch (record.type()) {
            case COPY, RELOCATE -> store(mirror, (int) record.first());
            case WRITE, ZERO, REPAIR, TAIL -> {
                long end = record.first() + record.blocks();
                for (long b = record.first(); b < end; b += Blocks.PER_PAGE) {
                    store(mirror, (int) (b / Blocks.PER_PAGE));
                }
                store(mirror, (int) ((end - 1) / Blocks.PER_PAGE));
            }
            case RESYNC, MAP_PAGE -> {}
        }
    }

    private void store(Mirror mirror, int index) throws IOException {
        MapPage page = mirror.map.page(index);
        if (!page.pending()) {
            return;
        }
        byte[] bytes = page.toBytes();
        int checksum = Checksum.ofBlock(bytes, 0);
        LogRecord record =
                new LogRecord(
                        RecordType.MAP_PAGE,
                        false,
                        mirror.row.owner(),
                        Position.START,
                        index,
                        1,
                        0,
                        LogRecord.checksumBody(checksum));
        long at = tail.append(record, bytes);
        mirror.map.stored(index, at + RecordFrame.payloadOffset(record.body().length), checksum);
    }

    private MapRoot root() {
        List<MapRoot.MirrorImage> complete = new ArrayList<>();
        for (MapRoot.MirrorImage image : images) {
            Mirror mirror = mirrors.get(new MirrorId(image.id()));
            if (mirror != null) {
                complete.add(image.with(mirror.map.storedPages()));
            }
        }
        return new MapRoot(position, segments, complete);
    }

    private void finished(MapRoot root) {
        device.segments.checkpointed(root);
        forget();
    }

    /** Gives up, unless the root is on its way: a mirror was dropped, so its counts are wrong. */
    void abort() {
        if (storing()) {
            pending.forEach(page -> page.mirror.map.page(page.index).pending(false));
            forget();
        }
    }

    private void forget() {
        mirrors.clear();
        images.clear();
        pending.clear();
        running = false;
        rooting = false;
    }
}
