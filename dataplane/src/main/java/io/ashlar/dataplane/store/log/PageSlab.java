package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.Blocks;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/**
 * Memory for pages of maps outside the heap, where no collection copies it. Taken in chunks that
 * are kept until the device is closed; the bound is kept by {@link PageCache}.
 */
final class PageSlab implements AutoCloseable {

    private static final int PAGES_A_CHUNK = 64;

    private final Arena arena = Arena.ofShared(); // opened by one thread, run by another
    private final ArrayDeque<MemorySegment> free = new ArrayDeque<>();

    /** A page of zeros. */
    MemorySegment take() {
        if (free.isEmpty()) {
            MemorySegment chunk = arena.allocate((long) PAGES_A_CHUNK * Blocks.SIZE, Long.BYTES);
            for (int i = 0; i < PAGES_A_CHUNK; i++) {
                free.add(chunk.asSlice((long) i * Blocks.SIZE, Blocks.SIZE));
            }
        }
        return free.remove().fill((byte) 0);
    }

    /** Nobody looks at the page any more. */
    void give(MemorySegment page) {
        free.add(page);
    }

    @Override
    public void close() {
        arena.close();
    }
}
