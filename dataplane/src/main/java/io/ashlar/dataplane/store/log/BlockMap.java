package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.BlockSet;
import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Checksum;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where each block of a mirror is, and the seq of the change that it holds. Pages that were never
 * touched take no memory; pages that a checkpoint stored are loaded when they are first needed, and
 * may be let go again while they do not differ from what is stored.
 */
final class BlockMap {

    private final Segments segments;
    private final DeviceFile log;
    private final PageCache cache;
    private final MapStamp stamp;
    private final LongSupplier lastSeq;
    private @Nullable MapPage[] pages;
    private long[] storedAt;
    private int[] storedChecksum;
    private final MapPage empty;

    /** All holes; {@code lastSeq} is asked for the seq of blocks whose page is found damaged. */
    BlockMap(long extentBlocks, Device device, LongSupplier lastSeq) {
        this.segments = device.segments;
        this.log = device.log;
        this.cache = device.cache;
        this.stamp = device.stamp;
        this.empty = cache.empty();
        this.lastSeq = lastSeq;
        int count = pages(extentBlocks);
        this.pages = new MapPage[count];
        this.storedAt = new long[count];
        this.storedChecksum = new int[count];
    }

    private static int pages(long extentBlocks) {
        return Math.toIntExact(Math.ceilDiv(extentBlocks, Blocks.PER_PAGE));
    }

    int pages() {
        return pages.length;
    }

    /** Holes behind what there is; nothing if there is as much already. */
    void grow(long extentBlocks) {
        int count = Math.max(pages.length, pages(extentBlocks));
        stamp.begin();
        pages = Arrays.copyOf(pages, count);
        storedAt = Arrays.copyOf(storedAt, count);
        storedChecksum = Arrays.copyOf(storedChecksum, count);
        stamp.end();
    }

    /** For reading. */
    MapPage page(int index) {
        MapPage page = pages[index];
        if (page != null) {
            return page;
        }
        return storedAt[index] == 0 ? empty : keep(index, load(index));
    }

    /**
     * The page of a block if it is in memory or has no need to be; from any thread, which has to
     * ask {@link MapStamp} whether what it saw is true.
     */
    Optional<MapPage> glimpse(long block) {
        int index = (int) (block / Blocks.PER_PAGE);
        @Nullable MapPage[] seen = pages;
        long[] stored = storedAt;
        if (index >= Math.min(seen.length, stored.length)) {
            return Optional.empty(); // it grows at this moment
        }
        MapPage page = seen[index];
        if (page != null) {
            return Optional.of(page);
        }
        return stored[index] == 0 ? Optional.of(empty) : Optional.empty();
    }

    /** For reading: the page of a block. */
    MapPage pageOf(long block) {
        return page((int) (block / Blocks.PER_PAGE));
    }

    static int indexOf(long block) {
        return (int) (block % Blocks.PER_PAGE);
    }

    private MapPage keep(int index, MapPage page) {
        stamp.begin();
        pages[index] = page;
        stamp.end();
        cache.added(this, index);
        return page;
    }

    /**
     * A damaged page is not guessed at: each of its blocks is lost, which always counts as changed,
     * so that a resync or repair brings it back.
     */
    private MapPage load(int index) {
        byte[] bytes = new byte[Blocks.SIZE];
        try {
            log.read(ByteBuffer.wrap(bytes), storedAt[index]);
        } catch (IOException e) {
            throw new UncheckedIOException("map page " + index, e);
        }
        if (Checksum.ofBlock(bytes, 0) == storedChecksum[index]) {
            MapPage page = cache.create();
            page.fill(bytes);
            return page;
        }
        MapPage lost = cache.create();
        for (int i = 0; i < Blocks.PER_PAGE; i++) {
            lost.put(i, MapPage.LOST, lastSeq.getAsLong(), 0, 0);
        }
        cache.dirty(1);
        return lost;
    }

    /** Points a block elsewhere and keeps the segments' counts of live blocks. */
    void put(long block, byte kind, long seq, long at, int checksum) {
        int pageIndex = (int) (block / Blocks.PER_PAGE);
        MapPage page = page(pageIndex);
        if (page == empty) {
            page = keep(pageIndex, cache.create());
            segments.countMapPages(1);
        }
        int index = indexOf(block);
        cache.dirty(page.dirty() ? 0 : 1);
        segments.count(page.at(index), -1);
        stamp.begin();
        page.put(index, kind, seq, at, checksum);
        stamp.end();
        segments.count(at, 1);
    }

    /** The page is to be stored anew though nothing in it changed. */
    void touch(int index) {
        MapPage page = page(index);
        cache.dirty(page.dirty() ? 0 : 1);
        page.touch();
    }

    /** The pages that differ from what is stored. */
    List<Integer> dirtyPages() {
        List<Integer> dirty = new ArrayList<>();
        for (int i = 0; i < pages.length; i++) {
            MapPage page = pages[i];
            if (page != null && page.dirty()) {
                dirty.add(i);
            }
        }
        return dirty;
    }

    /** Notes where the page as it is now was stored. */
    void stored(int index, long at, int checksum) {
        storedAt[index] = at;
        storedChecksum[index] = checksum;
        cache.dirty(-1);
        page(index).clean();
    }

    long storedAt(int index) {
        return storedAt[index];
    }

    int storedChecksum(int index) {
        return storedChecksum[index];
    }

    /** All pages that are stored. */
    List<MapRoot.StoredPage> storedPages() {
        List<MapRoot.StoredPage> stored = new ArrayList<>();
        for (int i = 0; i < pages.length; i++) {
            if (storedAt[i] != 0) {
                stored.add(new MapRoot.StoredPage(i, storedAt[i], storedChecksum[i]));
            }
        }
        return stored;
    }

    /** Begins with pages that a checkpoint stored. */
    void restore(List<MapRoot.StoredPage> stored) {
        for (MapRoot.StoredPage page : stored) {
            storedAt[page.page()] = page.at();
            storedChecksum[page.page()] = page.checksum();
        }
        segments.countMapPages(stored.size());
    }

    /** Lets a page go from memory if it can be loaded again; whether it is gone. */
    boolean evict(int index) {
        MapPage page = pages[index];
        if (page != null && (page.dirty() || page.pending() || storedAt[index] == 0)) {
            return false;
        }
        stamp.begin(); // its memory is another page's soon
        pages[index] = null;
        stamp.end();
        if (page != null) {
            cache.release(page);
        }
        return true;
    }

    /**
     * Adds to {@code changed} which blocks hold a change above {@code after}, in the pages from
     * {@code from} on, of which at most {@code count} that hold anything; returns the next page.
     */
    int changedAfter(long after, int from, int count, BlockSet changed) {
        int next = from;
        for (int looked = 0; next < pages.length && looked < count; next++) {
            MapPage page = page(next);
            if (page != empty) {
                changed.addPage(next, page.changedAfter(after));
                looked++;
            }
        }
        return next;
    }

    /** One kind a block, as block status says it; a lost block counts as data. */
    byte[] kinds(BlockRange range) {
        byte[] kinds = new byte[range.count()];
        for (int i = 0; i < kinds.length; i++) {
            long block = range.first() + i;
            byte kind = pageOf(block).kind(indexOf(block));
            kinds[i] = kind == MapPage.LOST ? MapPage.DATA : kind;
        }
        return kinds;
    }

    /** Gives up all blocks: the mirror is dropped. */
    void clear() {
        clear(0, Integer.MAX_VALUE);
    }

    /**
     * Gives up the blocks of up to {@code count} pages from {@code from}; returns the next page.
     */
    int clear(int from, int count) {
        int next = from;
        for (int looked = 0; next < pages.length && looked < count; next++) {
            MapPage page = page(next);
            looked += page == empty ? 0 : 1;
            for (int i = 0; page != empty && i < Blocks.PER_PAGE; i++) {
                segments.count(page.at(i), -1);
            }
            cache.dirty(page.dirty() ? -1 : 0);
            stamp.begin();
            pages[next] = null;
            storedAt[next] = 0;
            stamp.end();
            if (page != empty) {
                cache.release(page);
                segments.countMapPages(-1);
            }
        }
        return next;
    }
}
