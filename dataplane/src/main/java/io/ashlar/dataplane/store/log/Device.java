package io.ashlar.dataplane.store.log;

import io.ashlar.common.id.MirrorId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * An open device: its files and what is in memory of them. Owned by one thread; what {@link
 * QuickReads} sees of it from others, and why it may, is said there.
 */
final class Device implements AutoCloseable {

    static final String LOG = "log";

    final Superblock superblock;
    final DeviceFiles files;
    final DeviceFile log;

    /** What can be read of the log. */
    final ByteSource legible;

    final DeviceFile mark;
    final TwinFile table;
    final TwinFile root;
    final PageCache cache;

    /** Of the maps of all mirrors. */
    final MapStamp stamp = new MapStamp();

    final Lanes lanes = new Lanes();
    final Segments segments;
    final TreeMap<MirrorId, Mirror> mirrors = new TreeMap<>();
    final String bootId;

    Device(
            Superblock superblock,
            DeviceFiles files,
            DeviceFile log,
            DeviceFile mark,
            TwinFile table,
            TwinFile root,
            String bootId,
            int mapPages) {
        this.superblock = superblock;
        this.files = files;
        this.log = log;
        this.legible = log.legible();
        this.mark = mark;
        this.table = table;
        this.root = root;
        this.cache = new PageCache(mapPages);
        this.segments = new Segments(superblock);
        this.bootId = bootId;
    }

    /** The table as it is to be now. */
    DeviceTable table(boolean clean, boolean syncFailed, long end) {
        List<MirrorRow> rows = new ArrayList<>();
        mirrors.values().forEach(mirror -> rows.add(mirror.row));
        return new DeviceTable(bootId, clean, syncFailed, end, rows);
    }

    @Override
    public void close() throws IOException {
        log.close();
        mark.close();
        table.close();
        root.close();
        cache.close();
        files.close();
    }
}
