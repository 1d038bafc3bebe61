package io.ashlar.dataplane.store.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.config.ByteSize;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that errors, disappears or turns read-only: the device says so, and only it suffers. */
class DeviceFailureTest {

    private static final LogOptions OPTIONS = LogOptions.DEFAULT;

    @TempDir private Path directory = Path.of("");
    private volatile boolean readOnly;
    private volatile boolean unsyncable;

    private final FaultyFiles.Fault fault =
            new FaultyFiles.Fault() {
                @Override
                public void write(String name, DeviceFile file, ByteBuffer source, long at)
                        throws IOException {
                    if (readOnly) {
                        throw new IOException("Read-only file system");
                    }
                    file.write(source, at);
                }

                @Override
                public void sync(String name, DeviceFile file) throws IOException {
                    if (unsyncable) {
                        throw new IOException("Input/output error");
                    }
                    file.sync();
                }
            };

    @BeforeEach
    void format() {
        DeviceFormat.format(directory, Samples.DEVICE, Samples.CLUSTER, ByteSize.parse("64MiB"));
    }

    private LogStore open() throws IOException {
        return LogStore.open(
                new FaultyFiles(DirectoryFiles.hold(directory), fault),
                Samples.CLUSTER,
                Surroundings.ofThisMachine(),
                OPTIONS);
    }

    private static void fill(Asker asker, MirrorId mirror) {
        asker.done(mirror, new StoreRequest.Create(Samples.label(mirror.value(), 1000)));
        asker.done(mirror, Samples.write(1, 1, 3, Samples.payload(1, 1)));
        asker.done(mirror, new StoreRequest.Sync());
    }

    @Test
    void aDiskThatTurnsReadOnlyFailsTheDeviceAndEveryMirrorOnIt() throws IOException {
        try (LogStore store = open()) {
            Asker asker = new Asker(store);
            fill(asker, Samples.M1);
            fill(asker, Samples.M2);
            assertTrue(store.failure().isEmpty());
            readOnly = true;

            StoreAnswer.Failed failed =
                    asker.failed(Samples.M1, Samples.write(1, 2, 4, Samples.payload(2, 1)));

            assertEquals(ErrorCode.IO, failed.code());
            assertTrue(failed.message().contains("Read-only"), failed.message());
            assertTrue(store.failure().orElseThrow().contains(Samples.DEVICE.toString()));
            for (StoreRequest later :
                    List.of(
                            new StoreRequest.Sync(),
                            new StoreRequest.Read(Samples.range(3, 1)),
                            new StoreRequest.ListChanged(0),
                            Samples.write(1, 2, 4, Samples.payload(2, 1)))) {
                assertEquals(ErrorCode.IO, asker.failed(Samples.M2, later).code());
            }
        }
        readOnly = false;
        try (LogStore again = open()) {
            assertEquals(1, again.recovered().getFirst().last().seq());
            assertEquals(
                    Samples.payload(1, 1), new Asker(again).read(Samples.M1, Samples.range(3, 1)));
        }
    }

    @Test
    void aFailedSyncIsNeverRetriedAndMakesTheMirrorsSuspect() throws IOException {
        try (LogStore store = open()) {
            Asker asker = new Asker(store);
            fill(asker, Samples.M1);
            asker.done(Samples.M1, Samples.write(1, 2, 4, Samples.payload(2, 1)));
            unsyncable = true;
            assertEquals(ErrorCode.IO, asker.failed(Samples.M1, new StoreRequest.Sync()).code());
            unsyncable = false;
            assertEquals(ErrorCode.IO, asker.failed(Samples.M1, new StoreRequest.Sync()).code());
        }
        try (LogStore again = open()) {
            StoreAnswer.Blocks read =
                    assertInstanceOf(
                            StoreAnswer.Blocks.class,
                            new Asker(again)
                                    .ask(Samples.M1, new StoreRequest.Read(Samples.range(3, 1))));
            assertEquals(Samples.payload(1, 1), read.payload());
        }
    }

    @Test
    void anOpenThatFailsLeavesNoFileOpen() throws IOException {
        Files.delete(directory.resolve("map-b"));
        assertThrows(StorageException.class, () -> LogStore.open(directory, Samples.CLUSTER));
        assertThrows(StorageException.class, () -> DeviceInspector.open(directory));
        assertEquals(List.of(), openFilesBelow(directory));
    }

    private static List<String> openFilesBelow(Path directory) throws IOException {
        List<String> open = new ArrayList<>();
        try (Stream<Path> handles = Files.list(Path.of("/proc/self/fd"))) {
            for (Path handle : handles.toList()) {
                try {
                    Path target = Files.readSymbolicLink(handle);
                    if (target.startsWith(directory.toRealPath())) {
                        open.add(target.toString());
                    }
                } catch (NoSuchFileException e) {
                    // the handle of the listing itself
                    assertTrue(handle.startsWith("/proc/self/fd"));
                }
            }
        }
        return open;
    }

    /** Dropping a large mirror, or listing its changes, goes on between others' requests. */
    @Test
    void workOverALargeMapLetsOthersPass() throws IOException {
        ForgetfulDisk disk = new ForgetfulDisk();
        DeviceFormat.format(
                disk, new Superblock(Samples.DEVICE, Samples.CLUSTER, 32L << 20, 1 << 20, 512));
        BenchDevice device = new BenchDevice(disk, new Surroundings("boot-1", () -> 5), OPTIONS);
        long pages = 3 * LongWork.PAGES;
        device.settle(Samples.M1, new StoreRequest.Create(Samples.label(1, pages * 256)));
        device.settle(Samples.M2, new StoreRequest.Create(Samples.label(2, 256)));
        for (int i = 0; i < pages; i++) {
            device.settle(
                    Samples.M1,
                    Samples.write(
                            1,
                            i + 1,
                            new Change.Data(Samples.range(i * 256L, 1), Samples.payload(i, 1)),
                            i));
        }
        List<StoreAnswer> changed = device.ask(Samples.M1, new StoreRequest.ListChanged(10));
        assertEquals(List.of(), changed);
        assertInstanceOf(
                StoreAnswer.Blocks.class,
                device.ask(Samples.M2, new StoreRequest.Read(Samples.range(0, 1))).getFirst());
        device.flush();
        assertEquals(List.of(), changed);
        device.flush();
        StoreAnswer.Changed listed =
                assertInstanceOf(StoreAnswer.Changed.class, changed.getFirst());
        assertEquals(pages - 10, listed.blocks().size());

        long before = device.roomBytes();
        List<StoreAnswer> late = device.ask(Samples.M1, new StoreRequest.ListChanged(0));
        device.settle(Samples.M1, new StoreRequest.Drop());
        StoreAnswer.Failed gone = assertInstanceOf(StoreAnswer.Failed.class, late.getFirst());
        assertEquals(ErrorCode.NOT_FOUND, gone.code());
        device.close();
        device = new BenchDevice(disk, new Surroundings("boot-1", () -> 6), OPTIONS);
        long after = device.roomBytes();
        assertTrue(after >= before + pages * 4096, after + " after a drop, before " + before);
    }
}
