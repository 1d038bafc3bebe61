package io.ashlar.common.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class BlockSetTest {

    private static final int BLOCKS = 3 * Blocks.PER_PAGE;

    @Test
    void agreesWithAPlainSetUnderRandomChanges() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            BlockSet set = new BlockSet();
            TreeSet<Long> model = new TreeSet<>();
            for (int step = 0; step < 40; step++) {
                long first = random.nextInt(BLOCKS - 1);
                int count = 1 + random.nextInt((int) Math.min(300, BLOCKS - first));
                BlockRange range = new BlockRange(first, count);
                boolean add = random.nextBoolean();
                for (long b = first; b < range.end(); b++) {
                    if (add) {
                        model.add(b);
                    } else {
                        model.remove(b);
                    }
                }
                if (add) {
                    set.add(range);
                } else {
                    set.remove(range);
                }
                assertSame(seed, model, set);
                boolean touches =
                        model.ceiling(first) != null && model.ceiling(first) < range.end();
                assertEquals(touches, set.intersects(range), "seed " + seed);
            }
        }
    }

    private static void assertSame(int seed, Set<Long> model, BlockSet set) {
        assertEquals(model.size(), set.size(), "seed " + seed);
        assertEquals(model.isEmpty(), set.isEmpty(), "seed " + seed);
        for (long b = 0; b < BLOCKS; b++) {
            assertEquals(model.contains(b), set.contains(b), "seed " + seed + " block " + b);
        }
    }

    @Test
    void aCopyOfEveryPageIsTheSameSet() {
        BlockSet set = new BlockSet();
        set.add(new BlockRange(250, 20));
        set.add(new BlockRange(700, 1));
        BlockSet copy = new BlockSet();
        set.forEachPage((mask, page) -> copy.addPage(page, mask));
        assertEquals(set, copy);
        set.pages().forEach(page -> copy.removePage(page, set.mask(page)));
        assertTrue(copy.isEmpty());
    }

    @Test
    void cutsAPageToItsFirstBlocks() {
        long[] mask = {0b1011, 0, -1L, 1};
        assertArrayEquals(new long[] {0b0011, 0, 0, 0}, BlockSet.firstOf(mask, 2));
        assertArrayEquals(new long[] {0b1011, 0, 0b1, 0}, BlockSet.firstOf(mask, 4));
        assertArrayEquals(mask, BlockSet.firstOf(mask, 256));
    }
}
