package io.ashlar.dataplane.store.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Payload;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import io.ashlar.dataplane.store.StoredMirror;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A bit that turns over, at each kind of place: how the device shows it, and that it returns no
 * wrong byte. {@code server.RottenPlacesTest} shows how a cluster mends it.
 */
class DamagedPlacesTest {

    private static final int SEGMENT = 256 << 10;
    private static final int BLOCKS = 120;
    private static final int CHANGES = 200;

    private final ForgetfulDisk disk = new ForgetfulDisk();

    /** A device with checkpointed and with later records, closed in order. */
    @BeforeEach
    void fill() throws IOException {
        DeviceFormat.format(
                disk, new Superblock(Samples.DEVICE, Samples.CLUSTER, 16L * SEGMENT, SEGMENT, 512));
        BenchDevice device = open();
        device.settle(Samples.M1, new StoreRequest.Create(Samples.label(5, 600)));
        for (int seq = 1; seq <= CHANGES; seq++) {
            device.settle(Samples.M1, change(seq));
            device.sync();
        }
        device.close();
    }

    private BenchDevice open() throws IOException {
        return new BenchDevice(disk, CrashCheck.surroundings("boot-1", 9));
    }

    private static int blockOf(int seq) {
        return seq * 7 % BLOCKS;
    }

    private static StoreRequest change(int seq) {
        Change change = new Change.Data(Samples.range(blockOf(seq), 1), Samples.payload(seq, 1));
        return Samples.write(1, seq, change, seq - 5);
    }

    /** What block {@code block} holds after change {@code last}. */
    private static Payload contentAfter(long last, int block) {
        Payload content = Payload.zeros(1);
        for (int seq = 1; seq <= last; seq++) {
            content = blockOf(seq) == block ? Samples.payload(seq, 1) : content;
        }
        return content;
    }

    /** Every block is as it was after change {@code last}, but for {@code bad} that say so. */
    private static void assertContent(BenchDevice device, long last, long... bad) {
        for (int block = 0; block < BLOCKS; block++) {
            StoreRequest read = new StoreRequest.Read(Samples.range(block, 1));
            int wanted = block;
            switch (device.settle(Samples.M1, read)) {
                case StoreAnswer.Blocks(Payload payload) -> {
                    assertEquals(contentAfter(last, block), payload, "block " + block);
                    assertTrue(Arrays.stream(bad).noneMatch(b -> b == wanted), "block " + block);
                }
                case StoreAnswer.Corrupt _ ->
                        assertTrue(Arrays.stream(bad).anyMatch(b -> b == wanted), "block " + block);
                case StoreAnswer other -> throw new AssertionError(other);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"BOTH_SUPERBLOCKS,device", "BOTH_TABLES,table", "BOTH_ROOTS,map"})
    void aDeviceWithoutAWholeCopyOfASmallFileIsRefused(Damage damage, String file)
            throws IOException {
        damage.to(disk);
        int before = disk.operations();
        StorageException refusal = assertThrows(StorageException.class, this::open);
        assertEquals(ErrorCode.CORRUPT, refusal.code());
        assertEquals(
                "device memory: neither "
                        + file
                        + "-a nor "
                        + file
                        + "-b is whole (bad checksum, cut short, or not of this kind); if this is"
                        + " an Ashlar device, take the data off with 'ashlar device export' where"
                        + " that still works, format a new one and let its mirrors be copied anew",
                refusal.getMessage());
        assertEquals(before, disk.operations(), "something was changed");
    }

    @ParameterizedTest
    @CsvSource({"ONE_SUPERBLOCK,device", "ONE_TABLE,table", "ONE_ROOT,map"})
    void oneOfTwoCopiesIsMendedFromTheOther(Damage damage, String file) throws IOException {
        damage.to(disk);
        assertFalse(Arrays.equals(disk.content(file + "-a"), disk.content(file + "-b")));
        BenchDevice device = open();
        assertArrayEquals(disk.content(file + "-a"), disk.content(file + "-b"));
        assertFalse(device.recovered().getFirst().standing().suspect());
        assertContent(device, CHANGES);
    }

    /** Damage below the synced number: the log ends there, and the mirrors say so. */
    @ParameterizedTest
    @EnumSource(
            value = Damage.class,
            names = {"SEGMENT_HEADER", "RECORD_HEADER", "RECORD_BODY"})
    void aLogThatEndsTooEarlyMakesItsMirrorsSuspect(Damage damage) throws IOException {
        damage.to(disk);
        BenchDevice device = open();
        StoredMirror mirror = device.recovered().getFirst();
        assertTrue(mirror.standing().suspect());
        int last = (int) mirror.last().seq();
        assertTrue(last < CHANGES);
        assertContent(device, last);
        // What is written from now on outlives a crash: the log is not cut there again.
        assertInstanceOf(StoreAnswer.Done.class, device.settle(Samples.M1, change(last + 1)));
        assertInstanceOf(
                StoreAnswer.Done.class, device.settle(Samples.M1, new StoreRequest.Sync()));
        BenchDevice again = open();
        assertEquals(last + 1, again.recovered().getFirst().last().seq());
        assertContent(again, last + 1);
    }

    /** Nothing on the device depends on these bits any more, or another place says the same. */
    @ParameterizedTest
    @EnumSource(
            value = Damage.class,
            names = {"SYNCED_MARK", "OLD_SEGMENT_HEADER", "OLD_RECORD_HEADER", "PADDING"})
    void whatNobodyNeedsDoesNoHarm(Damage damage) throws IOException {
        damage.to(disk);
        BenchDevice device = open();
        assertFalse(device.recovered().getFirst().standing().suspect());
        assertContent(device, CHANGES);
        // Nor later, when the cleaner has come by and the segments were used again.
        int last = 4 * CHANGES;
        for (int seq = CHANGES + 1; seq <= last; seq++) {
            assertInstanceOf(StoreAnswer.Done.class, device.settle(Samples.M1, change(seq)));
        }
        device.close();
        assertContent(open(), last);
    }

    @ParameterizedTest
    @EnumSource(
            value = Damage.class,
            names = {"PAYLOAD", "OLD_PAYLOAD"})
    void aBadBlockSaysSoUntilItIsRepaired(Damage damage) throws IOException {
        damage.to(disk);
        BenchDevice device = open();
        StoreAnswer.Corrupt found = readAll(device);
        assertEquals(1, found.bad().length);
        assertContent(device, CHANGES, found.bad());
        assertFalse(device.recovered().getFirst().standing().suspect());
        repair(device, found);
        assertContent(device, CHANGES);
    }

    @Test
    void aBadPageOfAMapLosesItsBlocksUntilTheyAreRepaired() throws IOException {
        Damage.MAP_PAGE.to(disk);
        BenchDevice device = open();
        StoreAnswer.Corrupt found = readAll(device);
        // Those that changed after the checkpoint are known.
        assertTrue(found.bad().length > BLOCKS / 4, found.bad().length + " are lost");
        assertContent(device, CHANGES, found.bad());
        repair(device, found);
        assertContent(device, CHANGES);
    }

    private static StoreAnswer.Corrupt readAll(BenchDevice device) {
        return assertInstanceOf(
                StoreAnswer.Corrupt.class,
                device.settle(Samples.M1, new StoreRequest.Read(Samples.range(0, BLOCKS))));
    }

    private static void repair(BenchDevice device, StoreAnswer.Corrupt found) {
        for (int i = 0; i < found.bad().length; i++) {
            long block = found.bad()[i];
            Payload good = contentAfter(CHANGES, (int) block);
            JournalRecord record = new JournalRecord.Repair(block, found.seqs()[i], good);
            assertInstanceOf(
                    StoreAnswer.Done.class,
                    device.settle(Samples.M1, new StoreRequest.Append(record)));
        }
    }

    /** In service, so that nothing but the question for the tail reads the bytes. */
    @ParameterizedTest
    @EnumSource(
            value = Damage.class,
            names = {"RECORD_HEADER", "RECORD_BODY", "PAYLOAD"})
    void aDamagedChangeOfTheTailIsNotHandedOn(Damage damage) throws IOException {
        BenchDevice device = open();
        damage.to(disk);
        StoreAnswer answer =
                device.settle(
                        Samples.M1,
                        new StoreRequest.ReadTail(CHANGES - 3, CHANGES, Blocks.SIZE << 6));
        StoreAnswer.Failed failed = assertInstanceOf(StoreAnswer.Failed.class, answer);
        assertEquals(ErrorCode.CORRUPT, failed.code());
        assertEquals("change " + CHANGES + " of mirror 1 is damaged", failed.message());
    }

    /** In the log, and only as long as it is to be. */
    private FaultyFiles.Fault unreadable(long place, BooleanSupplier still) {
        return new FaultyFiles.Fault() {
            @Override
            public int read(String name, DeviceFile file, ByteBuffer target, long at)
                    throws IOException {
                boolean hit = at <= place && place < at + target.remaining();
                if (hit && name.equals(Device.LOG) && still.getAsBoolean()) {
                    throw new IOException("Input/output error");
                }
                return file.read(target, at);
            }
        };
    }

    @ParameterizedTest
    @EnumSource(
            value = Damage.class,
            names = {"PAYLOAD", "OLD_PAYLOAD"})
    void aBlockThatTheDiskCannotReadIsABadBlock(Damage damage) throws IOException {
        AtomicBoolean broken = new AtomicBoolean(true);
        FaultyFiles files = new FaultyFiles(disk, unreadable(damage.at(disk), broken::get));
        BenchDevice device = new BenchDevice(files, CrashCheck.surroundings("boot-1", 9));
        StoreAnswer.Corrupt found = readAll(device);
        assertEquals(1, found.bad().length);
        assertContent(device, CHANGES, found.bad());
        assertFalse(device.recovered().getFirst().standing().suspect());
        // The cleaner comes by, and leaves it where it may yet be read.
        for (int seq = CHANGES + 1; seq <= 4 * CHANGES; seq++) {
            Payload payload = Samples.payload(seq, 1);
            Change change = new Change.Data(Samples.range(200 + seq % 100, 1), payload);
            StoreRequest append = Samples.write(1, seq, change, seq - 5);
            assertInstanceOf(StoreAnswer.Done.class, device.settle(Samples.M1, append));
        }
        assertContent(device, CHANGES, found.bad());
        broken.set(false);
        assertContent(device, CHANGES);
    }

    /** P10: what rots on the disk is found although the page cache still has it right. */
    @ParameterizedTest
    @EnumSource(
            value = Damage.class,
            names = {"PAYLOAD", "OLD_PAYLOAD"})
    void verifyingLooksPastThePageCache(Damage damage) throws IOException {
        BenchDevice device = open();
        assertInstanceOf(StoreAnswer.Verified.class, verify(device));
        disk.rotUnderCache("log", damage.at(disk) * 8);
        assertContent(device, CHANGES);
        StoreAnswer.Corrupt found = assertInstanceOf(StoreAnswer.Corrupt.class, verify(device));
        assertEquals(1, found.bad().length);
        repair(device, found);
        assertEquals(new StoreAnswer.Verified((long) BLOCKS << Blocks.SHIFT), verify(device));
    }

    /** Of a page of a map memory holds the original. */
    @Test
    void aPageOfAMapThatRottedOnTheDiskIsStoredAnew() throws IOException {
        BenchDevice device = open();
        long before = storedPage();
        disk.rotUnderCache("log", Damage.MAP_PAGE.at(disk) * 8);
        assertInstanceOf(StoreAnswer.Verified.class, verify(device));
        for (int seq = CHANGES + 1; seq <= CHANGES + 60; seq++) {
            Payload payload = Samples.payload(seq, 1);
            Change elsewhere = new Change.Data(Samples.range(512 + seq % 80, 1), payload);
            device.settle(Samples.M1, Samples.write(1, seq, elsewhere, seq - 5));
        }
        device.close();
        assertNotEquals(before, storedPage());
        assertContent(open(), CHANGES);
    }

    /** Where the newest checkpoint has the first page of the map. */
    private long storedPage() throws IOException {
        TwinFile twin = TwinFile.open(disk, MapRoot.NAME, MapRoot.MAGIC, MapRoot.VERSION);
        return MapRoot.decode(twin.read()).mirrors().getFirst().pages().getFirst().at();
    }

    private static StoreAnswer verify(BenchDevice device) {
        return device.settle(Samples.M1, new StoreRequest.Verify(0));
    }
}
