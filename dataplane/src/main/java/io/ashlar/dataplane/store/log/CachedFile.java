package io.ashlar.dataplane.store.log;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * The page cache's part of a file, by {@code preadv2} with {@code RWF_NOWAIT}: that returns at once
 * where bytes are missing, but has the kernel begin to fetch them, and a thread that begins may
 * wait for room in the disk's queue. So after a miss the next reads look first, by {@code mincore},
 * whether all is there; where nothing has been missing for long that would only cost.
 */
final class CachedFile implements CachedBytes, AutoCloseable {

    /** So many reads look first after one that found something missing. */
    private static final int WARY = 1 << 10;

    private static final ThreadLocal<Memory> MEMORY = ThreadLocal.withInitial(Memory::new);

    private final NativeFile file;
    private final MemorySegment map;
    private final long length;
    private volatile int wary = WARY;

    /** Of each thread that reads: where the kernel puts bytes, and what tells it so. */
    private static final class Memory {
        final byte[] copy = new byte[MOST];
        final MemorySegment bytes = Arena.ofAuto().allocate(MOST, Long.BYTES);
        final MemorySegment vector = NativeFile.vector(Arena.ofAuto(), bytes);
        final MemorySegment pages = Arena.ofAuto().allocate(MOST / NativeFile.PAGE + 2);
    }

    /**
     * Opens {@code path} once more, of which no byte beyond {@code length} will be read.
     *
     * @throws IOException if this system cannot read so
     */
    CachedFile(Path path, long length) throws IOException {
        this.file = NativeFile.openCached(path);
        this.length = length;
        try {
            this.map = file.map(length);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public boolean read(int length, long at, Sink sink) {
        Memory memory = MEMORY.get();
        int left = wary;
        if (left > 0) {
            if (!NativeFile.resident(map, at, length, memory.pages)) {
                wary = WARY;
                return false;
            }
            wary = left - 1; // a lost update among threads costs one look
        }
        if (take(memory, length, at, sink)) {
            return true;
        }
        wary = WARY;
        return false;
    }

    @Override
    public boolean fetch(int length, long at, Sink sink) {
        return take(MEMORY.get(), length, at, sink);
    }

    private boolean take(Memory memory, int length, long at, Sink sink) {
        if (file.readNow(memory.vector, length, at) < length) {
            return false;
        }
        MemorySegment.copy(memory.bytes, ValueLayout.JAVA_BYTE, 0, memory.copy, 0, length);
        sink.take(memory.copy);
        return true;
    }

    @Override
    public void close() throws IOException {
        NativeFile.unmap(map, length);
        file.close();
    }
}
