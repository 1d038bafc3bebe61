package io.ashlar.dataplane.store.log;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.block.BlockSet;
import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Payload;
import io.ashlar.common.error.StorageException;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import io.ashlar.dataplane.store.StoredMirror;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Single bits that turn over on a device at rest: whatever they hit, no wrong byte is returned. */
class DamageTest {

    private static final int SEGMENT = 256 << 10;
    private static final int PAGE_BLOCKS = 120;

    /** How a flipped bit showed. */
    private enum Outcome {
        REFUSED_AT_OPEN,
        SUSPECT,
        READ_AS_CORRUPT,
        HARMLESS
    }

    private final Payload[] content = new Payload[PAGE_BLOCKS];
    private ForgetfulDisk disk = new ForgetfulDisk();

    /** A device with checkpointed and with later records, closed in order. */
    @BeforeEach
    void fill() throws IOException {
        disk = new ForgetfulDisk();
        DeviceFormat.format(
                disk, new Superblock(Samples.DEVICE, Samples.CLUSTER, 16L * SEGMENT, SEGMENT, 512));
        BenchDevice device = open(disk);
        device.settle(Samples.M1, new StoreRequest.Create(Samples.label(5, 600)));
        for (int seq = 1; seq <= 200; seq++) {
            int block = seq * 7 % PAGE_BLOCKS;
            content[block] = Samples.payload(seq, 1);
            device.settle(
                    Samples.M1,
                    Samples.write(
                            1,
                            seq,
                            new Change.Data(Samples.range(block, 1), content[block]),
                            seq - 1));
            device.sync();
        }
        device.close();
    }

    private static BenchDevice open(ForgetfulDisk disk) throws IOException {
        return new BenchDevice(disk, CrashCheck.surroundings("boot-1", 9));
    }

    @Test
    void aFlippedBitAnywhereIsFoundOrHarmless() throws IOException {
        Random random = new Random(4);
        for (String file :
                List.of(
                        "log",
                        "log",
                        "log",
                        "log",
                        "device-a",
                        "table-b",
                        "table-a",
                        "map-a",
                        "map-b",
                        "synced")) {
            Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
            for (int i = 0; i < 60; i++) {
                ForgetfulDisk damaged = disk.settled();
                damaged.flip(file, random.nextLong(damaged.content(file).length * 8L));
                outcomes.merge(outcome(damaged), 1, Integer::sum);
            }
            System.out.println("60 flips in " + file + ": " + outcomes);
            if (file.equals("log")) {
                assertTrue(outcomes.containsKey(Outcome.READ_AS_CORRUPT), outcomes::toString);
            }
        }
    }

    private Outcome outcome(ForgetfulDisk damaged) throws IOException {
        BenchDevice device;
        try {
            device = open(damaged);
        } catch (StorageException e) {
            return Outcome.REFUSED_AT_OPEN;
        }
        StoredMirror mirror = device.recovered().getFirst();
        StoreAnswer answer =
                device.settle(Samples.M1, new StoreRequest.Read(Samples.range(0, PAGE_BLOCKS)));
        return switch (answer) {
            case StoreAnswer.Corrupt _ -> Outcome.READ_AS_CORRUPT;
            case StoreAnswer.Blocks(Payload payload) when mirror.standing().suspect() -> {
                // It says that it is behind: each block is as it was at some earlier time, and
                // whatever the last change that it admits to does not cover is named as changed.
                assertEquals(-1, payload.firstCorrupt());
                yield Outcome.SUSPECT;
            }
            case StoreAnswer.Blocks(Payload payload) -> {
                for (int i = 0; i < PAGE_BLOCKS; i++) {
                    assertEquals(content[i], payload.slice(i, 1), "block " + i);
                }
                yield Outcome.HARMLESS;
            }
            default -> throw new AssertionError(answer.toString());
        };
    }

    @Test
    void aDamagedMapPageReadsAsLostAndCountsAsChanged() throws IOException {
        MapRoot root =
                MapRoot.decode(
                        TwinFile.open(disk, MapRoot.NAME, MapRoot.MAGIC, MapRoot.VERSION).read());
        disk.flip("log", root.mirrors().getFirst().pages().getFirst().at() * 8 + 77);
        BenchDevice device = open(disk);
        StoreAnswer changed = device.settle(Samples.M1, new StoreRequest.ListChanged(199));
        BlockSet blocks = ((StoreAnswer.Changed) changed).blocks();
        assertTrue(blocks.size() > 100, blocks + " are to be copied anew");
        StoreAnswer answer =
                device.settle(Samples.M1, new StoreRequest.Read(Samples.range(250, 1)));
        assertTrue(answer instanceof StoreAnswer.Corrupt, answer.toString());
    }

    @Test
    void bothCopiesOfASmallFileAreMendedFromTheOther() throws IOException {
        for (String file : List.of("device-a", "device-b", "map-a", "map-b", "table-a")) {
            byte[] whole = disk.content(file);
            ForgetfulDisk damaged = disk.settled();
            damaged.flip(file, 300);
            open(damaged).close();
            if (!file.startsWith("table")) {
                byte[] mended = damaged.content(file);
                assertArrayEquals(
                        Arrays.copyOfRange(whole, 32, whole.length),
                        Arrays.copyOfRange(mended, 32, mended.length),
                        file);
            }
        }
    }

    @Test
    void theInspectorChangesNothingFindsBadBlocksAndExports(@TempDir Path directory)
            throws IOException {
        int before = disk.operations();
        try (DeviceInspector inspector = DeviceInspector.open(disk)) {
            DeviceReport report = inspector.report();
            assertEquals(Samples.DEVICE, report.device());
            assertTrue(report.clean());
            assertEquals(PAGE_BLOCKS, report.mirrors().getFirst().dataBlocks());
            assertEquals(List.of(), inspector.verify());
            Path image = directory.resolve("image");
            assertEquals(List.of(), inspector.damagedCopies());
            try (FileChannel out = FileChannel.open(image, CREATE_NEW, WRITE)) {
                assertEquals(List.of(), inspector.export(Samples.M1, out, 0, 600L << Blocks.SHIFT));
            }
            byte[] bytes = Files.readAllBytes(image);
            assertEquals(600 << Blocks.SHIFT, bytes.length);
            for (int i = 0; i < PAGE_BLOCKS; i++) {
                assertArrayEquals(
                        content[i].bytes(),
                        Arrays.copyOfRange(bytes, i << Blocks.SHIFT, (i + 1) << Blocks.SHIFT));
            }
        }
        assertEquals(before, disk.operations());
        flipInPayloadOf(5);
        try (DeviceInspector inspector = DeviceInspector.open(disk)) {
            List<BadBlock> bad = inspector.verify();
            assertEquals(List.of(5L), bad.stream().map(BadBlock::block).toList());
        }
    }

    private void flipInPayloadOf(int block) {
        byte[] log = disk.content("log");
        byte[] wanted = content[block].bytes();
        int at = 0;
        while (!Arrays.equals(log, at, at + Blocks.SIZE, wanted, 0, Blocks.SIZE)) {
            at += 8;
        }
        disk.flip("log", at * 8L + 1000);
    }
}
