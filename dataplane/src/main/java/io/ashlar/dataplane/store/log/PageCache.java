package io.ashlar.dataplane.store.log;

import java.util.ArrayDeque;

/**
 * Bounds the map pages in memory: lets go of those loaded longest ago that can be loaded again.
 * Those that differ from what is stored cannot: half of the bound is theirs before a checkpoint is
 * due, and all of it before changes wait for one.
 */
final class PageCache implements AutoCloseable {

    private final ArrayDeque<Loaded> loaded = new ArrayDeque<>();
    private final int limit;
    private final PageSlab slab = new PageSlab();
    private final MapPage empty = new MapPage(slab.take());
    private int dirty;

    private record Loaded(BlockMap map, int page) {}

    PageCache(int limit) {
        this.limit = limit;
    }

    /** The page of whatever was never touched. Not to be changed. */
    MapPage empty() {
        return empty;
    }

    /** A page of holes, to be told of by {@link #added}. */
    MapPage create() {
        return new MapPage(slab.take());
    }

    /** Nobody looks at it any more. */
    void release(MapPage page) {
        slab.give(page.words());
    }

    void added(BlockMap map, int page) {
        loaded.add(new Loaded(map, page));
    }

    /** A page came to differ from what is stored, or no longer does. */
    void dirty(int change) {
        dirty += change;
    }

    /** How many pages the next checkpoint stores. */
    int dirty() {
        return dirty;
    }

    /** How many pages are in memory. */
    int loaded() {
        return loaded.size();
    }

    /** Whether so many pages differ from what is stored that a checkpoint is due. */
    boolean crowded() {
        return dirty > limit / 2;
    }

    /** Whether changes have to wait for the checkpoint. */
    boolean full() {
        return dirty > limit;
    }

    /** Looks at each page once at most. Everything stored must be in the file by now. */
    void trim() {
        for (int n = loaded.size(); n > 0 && loaded.size() > limit; n--) {
            Loaded oldest = loaded.remove();
            if (!oldest.map.evict(oldest.page)) {
                loaded.add(oldest);
            }
        }
    }

    @Override
    public void close() {
        slab.close();
    }
}
