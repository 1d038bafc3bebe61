package io.ashlar.dataplane.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class LayoutTest {

    private static final long EXTENT_BLOCKS = 1024;

    private final Layout layout = new Layout(EXTENT_BLOCKS << 12);

    @Test
    void piecesCoverTheRangeOnceAndInOrder() {
        Random random = new Random(3);
        for (int i = 0; i < 2000; i++) {
            long first = random.nextInt(8000);
            long count = 1L + random.nextInt(5000);
            int longest = 1 + random.nextInt(600);
            long at = 0;
            for (Layout.Piece piece : layout.cut(first, count, longest)) {
                assertEquals(at, piece.at());
                assertEquals(first + at, piece.extent() * EXTENT_BLOCKS + piece.range().first());
                assertTrue(piece.range().count() <= longest);
                assertTrue(piece.range().end() <= EXTENT_BLOCKS);
                at += piece.range().count();
            }
            assertEquals(count, at);
        }
    }

    @Test
    void theLastExtentHasWhatIsLeft() {
        long size = (EXTENT_BLOCKS + 10) * 4096 - 512;
        assertEquals(EXTENT_BLOCKS, layout.blocksOf(0, size));
        assertEquals(10, layout.blocksOf(1, size));
    }
}
