package io.ashlar.dataplane.store.log;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads a file from its disk with direct I/O: what the page cache has of it and is not on the disk
 * yet is written there first, and nothing enters the cache. One reader at a time, any thread.
 */
final class DirectReader implements ByteSource, AutoCloseable {

    private static final int PIECE = 256 << 10;

    private final NativeFile file;
    private final int unit;
    private final Arena arena = Arena.ofShared(); // read by whichever thread has time
    private final MemorySegment buffer;

    /**
     * Opens {@code path} a second time.
     *
     * @throws IOException if its file system knows no direct I/O
     */
    DirectReader(Path path) throws IOException {
        this.unit = Math.toIntExact(Files.getFileStore(path).getBlockSize());
        this.file = NativeFile.openDirect(path);
        this.buffer = arena.allocate(PIECE + unit, unit);
    }

    @Override
    public synchronized int read(ByteBuffer target, long at) throws IOException {
        int total = 0;
        while (target.hasRemaining()) {
            long from = (at + total) / unit * unit;
            int skip = (int) (at + total - from);
            int wanted = Math.min(PIECE, skip + target.remaining());
            long asked = Math.ceilDiv(wanted, unit) * (long) unit;
            int n = Math.min(file.read(buffer.asSlice(0, asked), from), wanted) - skip;
            if (n <= 0) {
                break;
            }
            target.put(buffer.asSlice(skip, n).asByteBuffer());
            total += n;
        }
        return total;
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
        arena.close();
    }
}
