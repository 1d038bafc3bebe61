package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Payload;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Short reads that need not pass by the device's thread: looked up by whoever submits them,
 * answered on the spot from the page cache, else by {@link DiskReads}. What a submitting thread
 * does here never waits, neither for the disk nor for the device's thread. Whenever something is
 * not as it should be the read is left to the device's thread, which has the last word.
 *
 * <p>Why the bytes are those that the map named at some moment between question and answer:
 *
 * <ol>
 *   <li>Nothing submitted before is overtaken: changes of the same pages, of the whole mirror, its
 *       making and its end count in its {@link Lane} until they are answered, and then they are in
 *       the map and in the file. Reads may overtake each other, syncs and the rest.
 *   <li>What was seen of the map belongs together, though pages come, go and change meanwhile: the
 *       {@link MapStamp} is even and the same before and after.
 *   <li>The bytes are in the file: {@link LogTail#maybeUnwritten} is asked after the map, and turns
 *       true before the map names a place and false after the write. That matters for what the
 *       cleaner moves and other mirrors append.
 *   <li>They are still there: a segment that is used again has another generation before the first
 *       byte of it is written. It is compared with that of the look-up after the bytes were read.
 *       So no segment is pinned, and one that is read does not keep the cleaner waiting.
 *   <li>The device has not failed when the look-up begins, and is not closed before its end: who
 *       closes forbids it first, then waits until every lane is empty and the disk's reads are
 *       done.
 * </ol>
 *
 * <p>All of it holds without the checksum, which is verified nevertheless (P10). A block that does
 * not match it, and one whose bytes are known to be lost, is for the device's thread to judge.
 */
final class QuickReads implements AutoCloseable {

    private static final int MOST_BLOCKS = CachedBytes.MOST / Blocks.SIZE;

    private final Device device;
    private final LogTail tail;
    private final BooleanSupplier failed;
    private final DiskReads disk;
    private final Otherwise otherwise;
    private final @Nullable CachedBytes cache;
    private volatile boolean closed;

    /** Takes reads that cannot be answered here. */
    interface Otherwise {
        void read(MirrorId mirror, StoreRequest.Read request, Consumer<StoreAnswer> reply);
    }

    QuickReads(
            Device device,
            LogTail tail,
            BooleanSupplier failed,
            DiskReads disk,
            Otherwise otherwise) {
        this.device = device;
        this.tail = tail;
        this.failed = failed;
        this.disk = disk;
        this.otherwise = otherwise;
        this.cache = device.log.cached(device.superblock.capacity()).orElse(null);
    }

    /** Takes a read, from any thread; false if it is for the device's thread. */
    boolean take(MirrorId id, StoreRequest.Read request, Consumer<StoreAnswer> reply) {
        Lane lane = device.lanes.known(id);
        if (cache == null || lane == null || request.range().count() > MOST_BLOCKS) {
            return false;
        }
        Look look;
        lane.enter();
        try {
            look = closed ? null : look(lane, request.range());
            if (look != null && !look.read.runCached(cache)) {
                disk.add(new DiskRead(id, request, look, reply));
                return true;
            }
        } finally {
            lane.leave();
        }
        if (look == null || !look.good()) {
            return false;
        }
        reply.accept(look.answer()); // outside the lane: it may do anything, close the device even
        return true;
    }

    private @Nullable Look look(Lane lane, BlockRange range) {
        if (failed.getAsBoolean() || !lane.settled(range)) {
            return null;
        }
        Mirror mirror = lane.mirror();
        if (mirror == null || !mirror.holds(range)) {
            return null;
        }
        BlockRead read = new BlockRead(device.legible, range.count());
        long[] generations = new long[range.count()];
        long stamp = device.stamp.look();
        for (int i = 0; i < range.count(); i++) {
            long block = range.first() + i;
            Optional<MapPage> page = mirror.map.glimpse(block);
            if (page.isEmpty()) {
                return null;
            }
            read.add(i, page.get(), BlockMap.indexOf(block));
            generations[i] = device.segments.generationAt(read.locations()[i]);
        }
        if (!read.whole() || !device.stamp.holds(stamp) || lane.mirror() != mirror) {
            return null; // one that is dropped loses its blocks before anybody hears of it
        }
        for (long at : read.locations()) {
            if (at != 0 && tail.maybeUnwritten(at)) {
                return null;
            }
        }
        return new Look(read, generations);
    }

    /** What the map said, and of which use of its segments. */
    private final class Look {

        private final BlockRead read;
        private final long[] generations;

        Look(BlockRead read, long[] generations) {
            this.read = read;
            this.generations = generations;
        }

        /** Whether the bytes that were read since are the right ones. */
        boolean good() {
            VarHandle.loadLoadFence();
            for (int i = 0; i < generations.length; i++) {
                if (device.segments.generationAt(read.locations()[i]) != generations[i]) {
                    return false;
                }
            }
            return read.whole();
        }

        StoreAnswer answer() {
            return new StoreAnswer.Blocks(new Payload(read.bytes(), read.checksums()));
        }
    }

    /** A read some of whose bytes the disk has to fetch. */
    private final class DiskRead implements DiskReads.Read {

        private final MirrorId id;
        private final StoreRequest.Read request;
        private final Look look;
        private final Consumer<StoreAnswer> reply;
        private boolean legible = true;

        DiskRead(MirrorId id, StoreRequest.Read request, Look look, Consumer<StoreAnswer> reply) {
            this.id = id;
            this.request = request;
            this.look = look;
            this.reply = reply;
        }

        @Override
        public boolean begin() {
            return cache != null && look.read.fetch(cache);
        }

        @Override
        public void finish() {
            legible = false;
            try {
                look.read.run();
                legible = true;
            } catch (IOException e) {
                // the device's thread reads it again, and judges
            }
        }

        @Override
        public void answer() {
            if (legible && look.good()) {
                reply.accept(look.answer());
            } else {
                otherwise.read(id, request, reply);
            }
        }
    }

    /** Whether reads that were taken are not answered. */
    boolean busy() {
        return disk.busy();
    }

    /** Takes no more. */
    void refuse() {
        closed = true;
    }

    /** After {@link #refuse}: when this returns nobody looks any more, but the disk may be busy. */
    void awaitLast() {
        device.lanes.awaitEmpty();
    }

    /** When nothing is under way any more. */
    @Override
    public void close() {
        disk.close();
    }
}
