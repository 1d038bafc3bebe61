package io.ashlar.dataplane.store.log;

import static io.ashlar.dataplane.store.log.Samples.M1;
import static io.ashlar.dataplane.store.log.Samples.M2;
import static io.ashlar.dataplane.store.log.Samples.payload;
import static io.ashlar.dataplane.store.log.Samples.range;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.block.Payload;
import io.ashlar.common.config.ByteSize;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads that pass by the device's thread and what they must not pass, on real threads. */
final class ReadOrderTest {

    private static final int BLOCKS = 4 << 8;

    @TempDir private Path directory;
    private final Semaphore writes = new Semaphore(1 << 20);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Runnable meanwhile = () -> {};
    private LogStore store;
    private Asker asker;

    /** Writes to the log wait for the test, and so do reads of the cache, before they are done. */
    private final FaultyFiles.Fault fault =
            new FaultyFiles.Fault() {
                @Override
                public void write(String name, DeviceFile file, ByteBuffer source, long at)
                        throws IOException {
                    if (name.equals("log")) {
                        writes.acquireUninterruptibly();
                    }
                    file.write(source, at);
                }

                @Override
                public Optional<CachedBytes> cached(String name, DeviceFile file, long length) {
                    return file.cached(length).map(Slow::new);
                }

                @Override
                public void close(String name, DeviceFile file) throws IOException {
                    if (name.equals("log")) {
                        closed.countDown();
                    }
                    file.close();
                }
            };

    private final class Slow implements CachedBytes {

        private final CachedBytes cached;

        Slow(CachedBytes cached) {
            this.cached = cached;
        }

        @Override
        public boolean read(int length, long at, Sink sink) {
            meanwhile.run();
            return cached.read(length, at, sink);
        }

        @Override
        public boolean fetch(int length, long at, Sink sink) {
            return cached.fetch(length, at, sink);
        }
    }

    @BeforeEach
    void open() throws IOException {
        DeviceFormat.format(directory, Samples.DEVICE, Samples.CLUSTER, ByteSize.parse("16MiB"));
        store =
                LogStore.open(
                        new FaultyFiles(DirectoryFiles.hold(directory), fault),
                        Samples.CLUSTER,
                        Surroundings.ofThisMachine(),
                        new LogOptions(1 << 20, 4 << 20, 2 << 20, 0, 2, 4));
        asker = new Asker(store);
        asker.done(M1, new StoreRequest.Create(Samples.label(1, BLOCKS)));
        asker.done(M2, new StoreRequest.Create(Samples.label(2, BLOCKS)));
    }

    @AfterEach
    void close() {
        writes.release(1 << 20);
        store.close();
    }

    private CompletableFuture<StoreAnswer> submitted(MirrorId mirror, StoreRequest request) {
        CompletableFuture<StoreAnswer> answer = new CompletableFuture<>();
        store.submit(mirror, request, answer::complete);
        return answer;
    }

    private static Payload blocks(StoreAnswer answer) {
        return assertInstanceOf(StoreAnswer.Blocks.class, answer).payload();
    }

    @Test
    void aReadSeesTheAppendsBeforeItAndWaitsForNoOthers() {
        asker.done(M1, Samples.write(1, 1, 10, payload(1, 1)));
        asker.done(M1, Samples.write(1, 2, 300, payload(2, 1)));
        asker.done(M2, Samples.write(1, 1, 10, payload(3, 1)));
        writes.drainPermits();
        // The device's thread waits with the first, so the second is not even looked at.
        List<CompletableFuture<StoreAnswer>> appends = new ArrayList<>();
        appends.add(submitted(M2, Samples.write(1, 2, 600, payload(4, 1))));
        while (writes.getQueueLength() == 0) {
            Thread.onSpinWait();
        }
        appends.add(submitted(M1, Samples.write(1, 3, 10, payload(5, 1))));

        CompletableFuture<StoreAnswer> after = submitted(M1, new StoreRequest.Read(range(10, 1)));
        CompletableFuture<StoreAnswer> elsewhere =
                submitted(M1, new StoreRequest.Read(range(300, 1)));
        CompletableFuture<StoreAnswer> other = submitted(M2, new StoreRequest.Read(range(10, 1)));

        assertEquals(payload(2, 1), blocks(elsewhere.join()));
        assertEquals(payload(3, 1), blocks(other.join()));
        assertFalse(after.isDone());
        writes.release(1 << 20);
        assertEquals(payload(5, 1), blocks(after.join()));
        appends.forEach(append -> assertInstanceOf(StoreAnswer.Done.class, append.join()));
    }

    @Test
    void aReadSeesThatItsMirrorWasDroppedBefore() {
        asker.done(M1, Samples.write(1, 1, 10, payload(1, 1)));
        writes.drainPermits();
        CompletableFuture<StoreAnswer> append =
                submitted(M2, Samples.write(1, 1, 10, payload(2, 1)));
        while (writes.getQueueLength() == 0) {
            Thread.onSpinWait();
        }
        CompletableFuture<StoreAnswer> dropped = submitted(M1, new StoreRequest.Drop());
        CompletableFuture<StoreAnswer> after = submitted(M1, new StoreRequest.Read(range(10, 1)));
        writes.release(1 << 20);
        assertInstanceOf(StoreAnswer.Failed.class, after.join());
        assertInstanceOf(StoreAnswer.Done.class, dropped.join());
        assertInstanceOf(StoreAnswer.Done.class, append.join());
    }

    /** A descriptor that is closed may be another file's a moment later. */
    @Test
    void closesNoFileThatIsBeingRead() throws Exception {
        asker.done(M1, Samples.write(1, 1, 10, payload(1, 1)));
        Thread closer = Thread.ofPlatform().unstarted(store::close);
        List<Boolean> closedWhileRead = new ArrayList<>();
        meanwhile =
                () -> {
                    closer.start();
                    try {
                        closedWhileRead.add(closed.await(200, TimeUnit.MILLISECONDS));
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                };
        assertEquals(payload(1, 1), asker.read(M1, range(10, 1)));
        assertEquals(List.of(false), closedWhileRead);
        closer.join();
        assertEquals(0, closed.getCount());
        asker.failed(M1, new StoreRequest.Read(range(10, 1)));
    }

    /**
     * Two mirrors overwrite at random, more than the device holds several times over, with so few
     * pages of maps in memory that they come and go. Each read is for what its thread asked before.
     */
    @Test
    void everyReadSeesExactlyWhatWasSubmittedBeforeIt() throws Exception {
        List<Throwable> wrong = new ArrayList<>();
        List<Thread> owners = new ArrayList<>();
        for (MirrorId mirror : List.of(M1, M2)) {
            owners.add(
                    Thread.ofPlatform()
                            .uncaughtExceptionHandler((thread, e) -> {
                                synchronized (wrong) {
                                    wrong.add(e);
                                }
                            })
                            .start(() -> overwriteAndRead(mirror)));
        }
        for (Thread owner : owners) {
            owner.join();
        }
        assertEquals(List.of(), wrong);
        assertTrue(store.logBytes() > 48L << 20, store.logBytes() + " bytes");
    }

    private void overwriteAndRead(MirrorId mirror) {
        Random random = new Random(mirror.value());
        Payload[] content = new Payload[BLOCKS];
        Semaphore permits = new Semaphore(16);
        for (int seq = 1; seq <= 6000; seq++) {
            int block = random.nextInt(BLOCKS);
            content[block] = payload(mirror.value() << 32 | seq, 1);
            Change change = new Change.Data(range(block, 1), content[block]);
            permits.acquireUninterruptibly();
            store.submit(
                    mirror,
                    Samples.write(1, seq, change, seq - 1),
                    answer -> {
                        assertInstanceOf(StoreAnswer.Done.class, answer);
                        permits.release();
                    });
            for (int i = 0; i < 4; i++) {
                int read = i == 0 ? block : random.nextInt(BLOCKS);
                Payload expected = content[read];
                CompletableFuture<StoreAnswer> answer =
                        submitted(mirror, new StoreRequest.Read(range(read, 1)));
                assertEquals(expected == null ? Payload.zeros(1) : expected, blocks(answer.join()));
            }
        }
    }
}
