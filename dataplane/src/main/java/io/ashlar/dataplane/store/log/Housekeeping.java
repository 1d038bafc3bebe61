package io.ashlar.dataplane.store.log;

import java.io.IOException;
import java.util.ArrayDeque;

/**
 * When to checkpoint and when to clean. Runs a little after each batch of requests; while there is
 * space enough it does no more than a checkpoint now and then.
 */
final class Housekeeping {

    private static final int PAGES_A_STEP = 64;
    private static final long CLEAN_BYTES_A_STEP = 512 << 10;
    private static final long CLEAN_BYTES_WHEN_SHORT = 4 << 20;

    /** Segments fuller than this are left alone: emptying one gains less than it costs. */
    private static final double FULL_AT_LEISURE = 0.85;

    /** The same while requests wait. */
    private static final double FULL_WHEN_NEEDED = 0.97;

    private final Device device;
    private final LogTail tail;
    private final Space space;
    private final Checkpoint checkpoint;
    private final Cleaner cleaner;
    private final Appender appender;
    private final long checkpointBytes;

    private final ArrayDeque<Clearing> clearings = new ArrayDeque<>();
    private long logBytes;
    private long progressAtCheckpoint;

    Housekeeping(
            Device device,
            LogTail tail,
            Space space,
            Checkpoint checkpoint,
            Appender appender,
            long checkpointBytes) {
        this.device = device;
        this.tail = tail;
        this.space = space;
        this.checkpoint = checkpoint;
        this.appender = appender;
        this.cleaner = new Cleaner(device, tail, appender);
        this.checkpointBytes = checkpointBytes;
    }

    /** The map of a dropped mirror whose blocks are given up page by page. */
    private static final class Clearing {
        final BlockMap map;
        int next;

        Clearing(BlockMap map) {
            this.map = map;
        }
    }

    /**
     * Gives up the blocks of a dropped mirror, a little with each step. Until that is done there is
     * no checkpoint: its counts would hold blocks that no map in it names.
     */
    void clear(BlockMap map) {
        checkpoint.abort();
        clearings.add(new Clearing(map));
        clearSome();
    }

    private void clearSome() {
        Clearing clearing = clearings.peek();
        if (clearing != null) {
            clearing.next = clearing.map.clear(clearing.next, LongWork.PAGES);
            if (clearing.next == clearing.map.pages()) {
                clearings.remove();
                appender.changed();
            }
        }
    }

    /** Whether {@link #step} has something to do now. */
    boolean busy() {
        return !clearings.isEmpty()
                || checkpoint.storing()
                || (cleaner.active() && space.isShort() && space.cleanerMayMove());
    }

    /** Whether space may yet be gained without anybody dropping or trimming anything. */
    boolean mayGain() {
        boolean mayClean = cleaner.active() || cleaner.mayPick(FULL_WHEN_NEEDED);
        return !clearings.isEmpty()
                || checkpoint.running()
                || checkpointWouldFree()
                || (space.cleanerMayMove() && mayClean);
    }

    /** Differs when a checkpoint may free something that the one before could not. */
    private long progress() {
        return appender.changes() + tail.position().generation();
    }

    private boolean checkpointWouldFree() {
        return progress() != progressAtCheckpoint
                && device.segments.emptied(tail.position().generation()) > 0;
    }

    /**
     * Does a little.
     *
     * @param written bytes that went to the log since the last time
     * @param needed whether requests wait for space
     */
    void step(long written, boolean needed) throws IOException {
        logBytes += written;
        if (!clearings.isEmpty()) {
            clearSome();
            return;
        }
        if (space.isShort()) {
            gainSpace(needed ? FULL_WHEN_NEEDED : FULL_AT_LEISURE);
        }
        boolean due =
                logBytes >= checkpointBytes
                        || device.cache.crowded()
                        || space.isCrowdedBy(device.cache.dirty());
        if (!checkpoint.running() && due && progress() != progressAtCheckpoint) {
            begin();
        }
        if (checkpoint.storing()) {
            checkpoint.step(PAGES_A_STEP);
        }
    }

    private void gainSpace(double full) throws IOException {
        boolean mayBegin = !checkpoint.running() && checkpointWouldFree();
        int emptied = device.segments.emptied(tail.position().generation());
        if (!cleaner.active() && mayBegin && emptied >= space.emptiedBeforeCheckpoint()) {
            begin();
        } else if (space.cleanerMayMove() && (cleaner.active() || cleaner.pick(full))) {
            cleaner.step(budget());
        } else if (mayBegin) {
            begin();
        }
    }

    /** Never so much that the cleaner fills more than one segment before space is looked at. */
    private long budget() {
        long bytes = space.isVeryShort() ? CLEAN_BYTES_WHEN_SHORT : CLEAN_BYTES_A_STEP;
        return Math.min(bytes, device.segments.segmentBytes() / 4);
    }

    private void begin() {
        logBytes = 0;
        progressAtCheckpoint = progress();
        checkpoint.begin();
    }
}
