package io.ashlar.dataplane.store.log;

import static io.ashlar.dataplane.store.log.Samples.M1;
import static io.ashlar.dataplane.store.log.Samples.M2;
import static io.ashlar.dataplane.store.log.Samples.payload;
import static io.ashlar.dataplane.store.log.Samples.range;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.Payload;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a read may be answered with that does not pass by the device's thread, one step at a time.
 */
final class QuickReadsTest {

    private static final long BLOCKS = 16 << 8;

    private final ForgetfulDisk disk = new ForgetfulDisk();
    private final Cache cache = new Cache();
    private final List<StoreAnswer> answers = new ArrayList<>();
    private final List<StoreRequest> leftOver = new ArrayList<>();
    private final DiskReads diskReads = new DiskReads("test", 4);
    private boolean diskFails;
    private long seq;
    private BenchDevice device;
    private QuickReads quick;

    /** A page cache that has everything, unless told otherwise. */
    private final class Cache implements CachedBytes {

        private boolean has = true;
        private int reads;
        private Runnable meanwhile = () -> {};

        @Override
        public boolean read(int length, long at, Sink sink) {
            reads++;
            byte[] bytes = Arrays.copyOfRange(disk.content("log"), (int) at, (int) at + length);
            meanwhile.run();
            if (has) {
                sink.take(bytes);
            }
            return has;
        }

        @Override
        public boolean fetch(int length, long at, Sink sink) {
            return read(length, at, sink);
        }
    }

    @BeforeEach
    void open() throws IOException {
        DeviceFormat.format(
                disk, new Superblock(Samples.DEVICE, Samples.CLUSTER, 16L << 20, 1 << 20, 512));
        FaultyFiles.Fault fault =
                new FaultyFiles.Fault() {
                    @Override
                    public Optional<CachedBytes> cached(String name, DeviceFile file, long length) {
                        return Optional.of(cache);
                    }

                    @Override
                    public void write(String name, DeviceFile file, ByteBuffer source, long at)
                            throws IOException {
                        if (diskFails) {
                            throw new IOException("Input/output error");
                        }
                        file.write(source, at);
                    }
                };
        device =
                new BenchDevice(
                        new FaultyFiles(disk, fault),
                        new Surroundings("boot-1", () -> 5),
                        new LogOptions(1 << 20, 8 << 20, 16 << 20, 0, 4, 1));
        device.settle(M1, new StoreRequest.Create(Samples.label(1, BLOCKS)));
        quick = device.quickReads(diskReads, (id, request, reply) -> leftOver.add(request));
    }

    private boolean take(long first, int count) {
        return quick.take(M1, new StoreRequest.Read(range(first, count)), answers::add);
    }

    private Payload answered() {
        return assertInstanceOf(StoreAnswer.Blocks.class, answers.getLast()).payload();
    }

    private BlockMap map() {
        return Objects.requireNonNull(device.device().mirrors.get(M1)).map;
    }

    private StoreRequest.Append next(long first, Payload data) {
        seq++;
        return Samples.write(
                1, seq, new Change.Data(range(first, data.blocks()), data), Math.max(0, seq - 1));
    }

    private void write(long first, Payload data) {
        assertInstanceOf(StoreAnswer.Done.class, device.settle(M1, next(first, data)));
    }

    @Test
    void answersOnTheSpotWhatTheCacheHasAndZeros() {
        write(10, payload(1, 3));
        write(14, payload(2, 1));
        assertTrue(take(9, 7));
        assertEquals(Payload.zeros(1), answered().slice(0, 1));
        assertEquals(payload(1, 3), answered().slice(1, 3));
        assertEquals(payload(2, 1), answered().slice(5, 1));
        assertEquals(-1, answered().firstCorrupt());
        assertTrue(take(10, 3));
        assertEquals(payload(1, 3), answered());
        assertTrue(take(BLOCKS - 1, 1));
        assertEquals(Payload.zeros(1), answered());
    }

    @Test
    void leavesLongReadsAndWhatThereIsNotToTheDevice() {
        assertFalse(take(0, 17));
        assertFalse(take(BLOCKS, 1));
        assertFalse(quick.take(M2, new StoreRequest.Read(range(0, 1)), answers::add));
        device.settle(M1, new StoreRequest.Drop());
        assertFalse(take(0, 1));
        assertEquals(List.of(), answers);
    }

    /** The map names the place already, the bytes are in a buffer: the file has others there. */
    @Test
    void asksNoFileForWhatIsNotWrittenYet() {
        write(10, payload(1, 1));
        device.ask(M1, next(10, payload(2, 1)));
        assertFalse(take(10, 1));
        assertEquals(0, cache.reads);
        device.flush();
        assertTrue(take(10, 1));
        assertEquals(payload(2, 1), answered());
    }

    /** Even if the bytes look right: they may have been put there by another record. */
    @Test
    void doesNotTrustASegmentThatIsUsedAgainMeanwhile() {
        write(10, payload(1, 1));
        cache.meanwhile = this::reuseAllSegments;
        assertFalse(take(10, 1));
        assertEquals(1, cache.reads);
        cache.meanwhile = () -> {};
        assertTrue(take(10, 1));
    }

    /** What was read for is still right: the block is moved while it is read, not overwritten. */
    private void reuseAllSegments() {
        Device inside = device.device();
        long highest = inside.segments.nextGeneration();
        while (inside.segments.nextGeneration() < highest + 3L * inside.segments.count()) {
            write(256, payload(seq, 200));
        }
        write(10, payload(1, 1));
    }

    @Test
    void aReadOfTheDiskIsDoneAnewIfItsSegmentIsUsedAgainMeanwhile() throws Exception {
        write(10, payload(1, 1));
        cache.has = false;
        assertTrue(take(10, 1));
        assertEquals(List.of(), answers);
        cache.has = true;
        reuseAllSegments();
        CompletableFuture<StoreRequest> left = new CompletableFuture<>();
        QuickReads other =
                device.quickReads(diskReads, (id, request, reply) -> left.complete(request));
        cache.has = false;
        assertTrue(
                other.take(
                        M1,
                        new StoreRequest.Read(range(10, 1)),
                        answer -> left.completeExceptionally(new AssertionError(answer))));
        cache.has = true;
        reuseAllSegments();
        diskReads.start();
        assertEquals(new StoreRequest.Read(range(10, 1)), left.get());
        assertEquals(List.of(new StoreRequest.Read(range(10, 1))), leftOver);
        assertEquals(List.of(), answers);
        diskReads.close();
    }

    @Test
    void readsFromTheDiskWhatTheCacheHasNot() {
        write(10, payload(1, 3));
        cache.has = false;
        CompletableFuture<StoreAnswer> answer = new CompletableFuture<>();
        BlockRange range = range(9, 5);
        assertTrue(quick.take(M1, new StoreRequest.Read(range), answer::complete));
        assertTrue(quick.busy());
        assertFalse(answer.isDone());
        diskReads.start();
        Payload read = assertInstanceOf(StoreAnswer.Blocks.class, answer.join()).payload();
        assertEquals(payload(1, 3), read.slice(1, 3));
        assertEquals(Payload.zeros(1), read.slice(4, 1));
        diskReads.close();
    }

    @Test
    void neverReturnsABadBlock() {
        write(10, payload(1, 1));
        long at = map().pageOf(10).at(10);
        disk.flip("log", at * 8 + 77);
        assertFalse(take(10, 1));
        assertEquals(List.of(), answers);
    }

    @Test
    void aFailedDeviceAnswersNothingThoughTheCacheHasIt() {
        write(10, payload(1, 1));
        diskFails = true;
        assertInstanceOf(StoreAnswer.Failed.class, device.settle(M1, next(11, payload(2, 1))));
        assertFalse(take(10, 1));
        assertEquals(0, cache.reads);
    }

    @Test
    void takesNothingOnceItIsToBeClosed() {
        write(10, payload(1, 1));
        quick.refuse();
        assertFalse(take(10, 1));
        assertEquals(0, cache.reads);
    }

    /** The page of a map that goes gives its memory to another, with other blocks in it. */
    @Test
    void everyChangeOfAMapMovesItsStamp() throws IOException {
        Device inside = device.device();
        BlockMap map = map();
        long seen = inside.stamp.look();
        assertTrue(inside.stamp.holds(seen));

        write(10, payload(1, 1));
        long written = moved(seen);
        for (int page = 1; page < 12; page++) {
            write(page * 256L, payload(page, 1));
        }
        assertTrue(map.glimpse(10).isEmpty(), "a page more than fit into memory is still there");
        seen = moved(written);
        map.pageOf(10);
        assertTrue(map.glimpse(10).isPresent());
        seen = moved(seen);
        assertTrue(map.evict(0));
        seen = moved(seen);
        device.settle(M1, new StoreRequest.Drop());
        moved(seen);
    }

    private long moved(long before) {
        Device inside = device.device();
        assertFalse(inside.stamp.holds(before));
        assertNotEquals(before, inside.stamp.look());
        assertTrue(inside.stamp.holds(inside.stamp.look()));
        return inside.stamp.look();
    }

    @Test
    void nothingHoldsWhileSomethingChanges() {
        MapStamp stamp = new MapStamp();
        long before = stamp.look();
        stamp.begin();
        assertFalse(stamp.holds(before));
        assertFalse(stamp.holds(stamp.look()));
        stamp.end();
        assertFalse(stamp.holds(before));
        assertTrue(stamp.holds(stamp.look()));
    }
}
