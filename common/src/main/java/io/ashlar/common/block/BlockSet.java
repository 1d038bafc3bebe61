package io.ashlar.common.block;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ObjIntConsumer;

/**
 * A mutable, sparse set of blocks of one extent: a bitmap of {@link Blocks#PER_PAGE} bits for every
 * page that has any. Not thread-safe.
 */
public final class BlockSet {

    private static final int WORDS = Blocks.PER_PAGE / Long.SIZE;

    private final TreeMap<Integer, long[]> pages = new TreeMap<>();

    /** An empty set. */
    public BlockSet() {}

    /** An independent copy. */
    public BlockSet(BlockSet other) {
        addAll(other);
    }

    /** Adds every block of {@code range}. */
    public void add(BlockRange range) {
        eachWord(
                range,
                (page, word, bits) ->
                        pages.computeIfAbsent(page, p -> new long[WORDS])[word] |= bits);
    }

    /** Adds the blocks of a page whose bits are set in {@code mask} (four words). */
    public void addPage(int page, long[] mask) {
        long[] words = pages.computeIfAbsent(page, p -> new long[WORDS]);
        for (int i = 0; i < WORDS; i++) {
            words[i] |= mask[i];
        }
        dropIfEmpty(page, words);
    }

    /** Adds every block of {@code other}. */
    public void addAll(BlockSet other) {
        other.pages.forEach(this::addPage);
    }

    /** Removes every block of {@code range}. */
    public void remove(BlockRange range) {
        if (pages.isEmpty()) {
            return;
        }
        eachWord(
                range,
                (page, word, bits) -> {
                    long[] words = pages.get(page);
                    if (words != null) {
                        words[word] &= ~bits;
                        dropIfEmpty(page, words);
                    }
                });
    }

    /** Removes a page's blocks whose bits are set in {@code mask}. */
    public void removePage(int page, long[] mask) {
        long[] words = pages.get(page);
        if (words != null) {
            for (int i = 0; i < WORDS; i++) {
                words[i] &= ~mask[i];
            }
            dropIfEmpty(page, words);
        }
    }

    /** Removes every block. */
    public void clear() {
        pages.clear();
    }

    private void dropIfEmpty(int page, long[] words) {
        if ((words[0] | words[1] | words[2] | words[3]) == 0) {
            pages.remove(page);
        }
    }

    /** Whether {@code block} is in the set. */
    public boolean contains(long block) {
        long[] words = pages.get((int) (block / Blocks.PER_PAGE));
        int bit = (int) (block % Blocks.PER_PAGE);
        return words != null && (words[bit >>> 6] & (1L << bit)) != 0;
    }

    /** Whether any block of {@code range} is in the set. */
    public boolean intersects(BlockRange range) {
        for (long b = range.first(); b < range.end(); b++) {
            if (contains(b)) {
                return true;
            }
        }
        return false;
    }

    /** Whether there is no block. */
    public boolean isEmpty() {
        return pages.isEmpty();
    }

    /** How many blocks. */
    public long size() {
        long size = 0;
        for (long[] words : pages.values()) {
            for (long word : words) {
                size += Long.bitCount(word);
            }
        }
        return size;
    }

    /** The pages that have blocks, in order. */
    public List<Integer> pages() {
        return new ArrayList<>(pages.keySet());
    }

    /** A copy of a page's bits, four words; zeros if it has none. */
    public long[] mask(int page) {
        long[] words = pages.get(page);
        return words == null ? new long[WORDS] : words.clone();
    }

    /** Calls {@code consumer} with (mask word array copy, page) for each page in order. */
    public void forEachPage(ObjIntConsumer<long[]> consumer) {
        pages.forEach((page, words) -> consumer.accept(words.clone(), page));
    }

    /** A page's mask with only the first so many of its bits. */
    public static long[] firstOf(long[] mask, int bits) {
        long[] first = mask.clone();
        int left = bits;
        for (int i = 0; i < WORDS; i++) {
            while (Long.bitCount(first[i]) > left) {
                first[i] &= ~Long.highestOneBit(first[i]);
            }
            left -= Long.bitCount(first[i]);
        }
        return first;
    }

    /** The indexes (0 to 255) of the bits that are set in a page's mask. */
    public static int[] indexes(long[] mask) {
        int[] indexes = new int[Blocks.PER_PAGE];
        int n = 0;
        for (int i = 0; i < Blocks.PER_PAGE; i++) {
            if ((mask[i >>> 6] & (1L << i)) != 0) {
                indexes[n++] = i;
            }
        }
        return Arrays.copyOf(indexes, n);
    }

    private interface WordVisitor {
        void visit(int page, int word, long bits);
    }

    private static void eachWord(BlockRange range, WordVisitor visitor) {
        long block = range.first();
        while (block < range.end()) {
            int bit = (int) (block % Long.SIZE);
            int n = (int) Math.min(Long.SIZE - bit, range.end() - block);
            long bits = (n == Long.SIZE ? -1L : (1L << n) - 1) << bit;
            int page = (int) (block / Blocks.PER_PAGE);
            visitor.visit(page, (int) (block % Blocks.PER_PAGE) >>> 6, bits);
            block += n;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlockSet that
                && pages.keySet().equals(that.pages.keySet())
                && pages.entrySet().stream()
                        .allMatch(e -> Arrays.equals(e.getValue(), that.pages.get(e.getKey())));
    }

    @Override
    public int hashCode() {
        return pages.keySet().hashCode();
    }

    @Override
    public String toString() {
        return "BlockSet[" + size() + " blocks in " + pages.size() + " pages]";
    }
}
