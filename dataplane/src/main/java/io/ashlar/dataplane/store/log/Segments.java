package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.Blocks;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * The segments of a log: which are in use, under which generation, and how many live blocks each
 * holds. Segment {@code i} begins at byte {@code i * segmentBytes} of the log file.
 */
final class Segments {

    private static final VarHandle GENERATION = MethodHandles.arrayElementVarHandle(long[].class);

    private final int segmentBytes;
    private final long[] generations;
    private final long[] salts;
    private final int[] live;
    private final int[] tail;
    private final int[] pins;
    private final int[] held;
    private final long[] cleaned;
    private int free;
    private long liveBlocks;
    private long tailBlocks;
    private long mapPages;
    private long replayFrom;
    private long highestGeneration;

    Segments(Superblock superblock) {
        this.segmentBytes = superblock.segmentBytes();
        int count = superblock.segments();
        this.generations = new long[count];
        this.salts = new long[count];
        this.live = new int[count];
        this.tail = new int[count];
        this.pins = new int[count];
        this.held = new int[count];
        this.cleaned = new long[count];
        this.free = count;
    }

    int count() {
        return generations.length;
    }

    int segmentBytes() {
        return segmentBytes;
    }

    long start(int segment) {
        return (long) segment * segmentBytes;
    }

    int of(long at) {
        return (int) (at / segmentBytes);
    }

    int free() {
        return free;
    }

    /** 0 if the segment is free. */
    long generation(int segment) {
        return generations[segment];
    }

    /** The same for a place, 0 for none; from any thread. */
    long generationAt(long at) {
        return at == 0 ? 0 : (long) GENERATION.getAcquire(generations, of(at));
    }

    long salt(int segment) {
        return salts[segment];
    }

    /**
     * Blocks that the maps point to, the maps' own pages, and the blocks of the records that must
     * be kept whole; what is both live and of such a record counts twice, which errs on the safe
     * side and is little.
     */
    long keptBlocks() {
        return liveBlocks + tailBlocks + mapPages;
    }

    /** Notes a generation that is or was on the disk, so that it is never used again. */
    void sawGeneration(long generation) {
        highestGeneration = Math.max(highestGeneration, generation);
    }

    long nextGeneration() {
        return highestGeneration + 1;
    }

    /** The free segment that lies lowest: the file grows no further than it must. */
    Optional<Integer> lowestFree() {
        for (int i = 0; i < generations.length; i++) {
            if (generations[i] == 0) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /** From now on what lies in it is of this generation. */
    void use(int segment, long generation, long salt) {
        free -= generations[segment] == 0 ? 1 : 0;
        generations[segment] = generation;
        VarHandle.fullFence(); // who reads what is written there next sees this too
        salts[segment] = salt;
        sawGeneration(generation);
    }

    /** Those in use, for a checkpoint. */
    List<MapRoot.SegmentUse> uses() {
        List<MapRoot.SegmentUse> uses = new ArrayList<>();
        for (int i = 0; i < generations.length; i++) {
            if (generations[i] != 0) {
                uses.add(new MapRoot.SegmentUse(i, generations[i], salts[i], live[i]));
            }
        }
        return uses;
    }

    /** Takes over what a checkpoint says, before the log behind it is replayed. */
    void restore(MapRoot root) {
        for (MapRoot.SegmentUse use : root.segments()) {
            use(use.index(), use.generation(), use.salt());
            live[use.index()] = use.live();
            liveBlocks += use.live();
        }
        checkpointed(root);
    }

    /**
     * A root is durable: frees the segments before its position that it needs nothing of. Judged by
     * the root and not by the maps of now: what emptied a segment since may yet be lost.
     */
    void checkpointed(MapRoot root) {
        Arrays.fill(held, 0);
        replayFrom = root.position().generation();
        root.segments().forEach(use -> held[use.index()] += use.live());
        for (MapRoot.MirrorImage mirror : root.mirrors()) {
            mirror.pages().forEach(page -> held[of(page.at())]++);
            for (long entry : mirror.tail()) {
                held[of(TailIndex.location(entry))]++;
            }
        }
        release();
    }

    private void release() {
        for (int i = 0; i < generations.length; i++) {
            boolean needed = generations[i] >= replayFrom || held[i] > 0 || pins[i] > 0;
            if (generations[i] != 0 && !needed) {
                generations[i] = 0;
                free++;
            }
        }
    }

    /**
     * Whether the cleaner may empty a segment: closed, not tried before, and at most {@code full}
     * of it in use.
     */
    boolean cleanable(int segment, long now, double full) {
        long generation = generations[segment];
        return generation != 0
                && generation < now
                && cleaned[segment] != generation
                && used(segment) <= full
                && (used(segment) > 0 || (generation < replayFrom && held[segment] > 0));
    }

    /** The part of a segment that is in use, about. */
    double used(int segment) {
        long blocks = (long) live[segment] + tail[segment];
        return Math.min(1, (double) blocks * Blocks.SIZE / segmentBytes);
    }

    /** Notes that all that can be moved out of a segment was. */
    void cleaned(int segment) {
        cleaned[segment] = generations[segment];
    }

    /** How many closed segments hold nothing live, and wait for a checkpoint to free them. */
    int emptied(long now) {
        int emptied = 0;
        for (int i = 0; i < generations.length; i++) {
            boolean closed = generations[i] != 0 && generations[i] < now;
            emptied += closed && live[i] + tail[i] == 0 ? 1 : 0;
        }
        return emptied;
    }

    /** Counts a block that the map points to, or no longer does; location 0 is none. */
    void count(long at, int change) {
        if (at != 0) {
            live[of(at)] += change;
            liveBlocks += change;
        }
    }

    /** Counts the blocks of a record that must be kept whole, or no longer. */
    void countTail(long at, int change) {
        tail[of(at)] += change;
        tailBlocks += change;
    }

    /** Counts pages of maps that are stored, or will be at the next checkpoint. */
    void countMapPages(int change) {
        mapPages += change;
    }

    /** Keeps what lies at these places, 0 for none, from being overwritten while it is read. */
    void pin(long... places) {
        eachSegment(places, segment -> pins[segment]++);
    }

    /** The read of these places is done. */
    void unpin(long... places) {
        eachSegment(places, this::unpin);
    }

    private void unpin(int segment) {
        pins[segment]--;
        if (pins[segment] == 0 && held[segment] == 0 && generations[segment] < replayFrom) {
            release();
        }
    }

    /** Once for places in a row that are in the same segment. */
    private void eachSegment(long[] places, IntConsumer action) {
        int previous = -1;
        for (long at : places) {
            int segment = at == 0 ? previous : of(at);
            if (segment != previous) {
                action.accept(segment);
                previous = segment;
            }
        }
    }
}
