package io.ashlar.dataplane.net;

import io.ashlar.common.block.BlockSet;

/**
 * A set of blocks as runs of whole pages and single mixed pages, ascending, up to the end of the
 * body: eight bytes for a copy that is stale all over, forty a page at worst.
 */
final class BlockSetCodec {

    /** In one set: a default extent of 16 GiB. */
    static final int MAX_PAGES = 16384;

    private BlockSetCodec() {}

    static void put(FrameWriter out, BlockSet set) {
        Run run = new Run(out);
        set.forEachPage((mask, page) -> run.add(page, mask));
        run.end();
    }

    static BlockSet take(BodyReader body) {
        BlockSet set = new BlockSet();
        long next = 0;
        int pages = 0;
        while (body.hasMore()) {
            int first = body.i32();
            int run = body.i32();
            int length = Math.max(run, 1);
            next = checkOrder(first, run, next);
            pages += length;
            if (pages > MAX_PAGES) {
                throw new IllegalArgumentException("a set of more than " + MAX_PAGES + " pages");
            }
            for (int i = 0; i < length; i++) {
                set.addPage(first + i, run == 0 ? mixed(body) : full());
            }
        }
        return set;
    }

    /** Where the next entry may begin. */
    private static long checkOrder(int first, int run, long next) {
        long end = (long) first + Math.max(run, 1);
        if (first < next || run < 0 || run > MAX_PAGES || end > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("pages out of order or of bounds");
        }
        return end;
    }

    private static long[] mixed(BodyReader body) {
        long[] mask = body.i64s(PageImageCodec.MASK_WORDS);
        if (isEmpty(mask)) {
            throw new IllegalArgumentException("a page without blocks");
        }
        return mask;
    }

    private static long[] full() {
        return new long[] {-1, -1, -1, -1};
    }

    private static boolean isFull(long[] mask) {
        return (mask[0] & mask[1] & mask[2] & mask[3]) == -1;
    }

    private static boolean isEmpty(long[] mask) {
        return (mask[0] | mask[1] | mask[2] | mask[3]) == 0;
    }

    /** Joins whole pages that follow each other. */
    private static final class Run {

        private final FrameWriter out;
        private int first;
        private int length;
        private int pages;

        Run(FrameWriter out) {
            this.out = out;
        }

        void add(int page, long[] mask) {
            if (++pages > MAX_PAGES) {
                throw new IllegalArgumentException("a set of more than " + MAX_PAGES + " pages");
            }
            boolean full = isFull(mask);
            if (length > 0 && (!full || page != first + length)) {
                end();
            }
            if (full) {
                first = length == 0 ? page : first;
                length++;
            } else {
                out.i32(page).i32(0).i64s(mask);
            }
        }

        void end() {
            if (length > 0) {
                out.i32(first).i32(length);
                length = 0;
            }
        }
    }
}
