package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.Blocks;

/**
 * The bounds of an open device.
 *
 * @param batchBytes what is gathered before it is written, and memory for it
 * @param dirtyBytes written bytes after which a sync begins though nobody asked: what bounds how
 *     long a sync takes
 * @param checkpointBytes log written between two checkpoints: what recovery replays at most
 * @param aheadBytes zeros written ahead of small synced appends into space that was never written;
 *     0 to write nothing but the log
 * @param mapPages pages of maps kept in memory outside the heap, 4 KiB each for 1 MiB of blocks; a
 *     change of a page more waits until others are stored
 * @param readThreads threads that read for requests that need not wait for one another
 */
public record LogOptions(
        int batchBytes,
        long dirtyBytes,
        long checkpointBytes,
        int aheadBytes,
        int mapPages,
        int readThreads) {

    /** For a server. */
    public static final LogOptions DEFAULT =
            new LogOptions(4 << 20, 32L << 20, 512L << 20, 1 << 20, 1 << 14, 16);

    /** The same with so much memory for maps, 1 MiB at least. */
    public LogOptions withMapBytes(long bytes) {
        int pages = Math.clamp(bytes >>> Blocks.SHIFT, 256, Integer.MAX_VALUE);
        return new LogOptions(
                batchBytes, dirtyBytes, checkpointBytes, aheadBytes, pages, readThreads);
    }

    /** Checks the bounds. */
    public LogOptions {
        if (batchBytes < 1 << 12
                || dirtyBytes < 1
                || checkpointBytes < 1
                || aheadBytes < 0
                || mapPages < 1
                || readThreads < 1) {
            throw new IllegalArgumentException(
                    "batch %d, dirty %d, checkpoint %d, ahead %d, pages %d, threads %d"
                            .formatted(
                                    batchBytes,
                                    dirtyBytes,
                                    checkpointBytes,
                                    aheadBytes,
                                    mapPages,
                                    readThreads));
        }
    }
}
