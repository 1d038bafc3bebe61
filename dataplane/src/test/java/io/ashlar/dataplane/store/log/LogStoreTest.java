package io.ashlar.dataplane.store.log;

import static io.ashlar.dataplane.store.log.Samples.CLUSTER;
import static io.ashlar.dataplane.store.log.Samples.DEVICE;
import static io.ashlar.dataplane.store.log.Samples.M1;
import static io.ashlar.dataplane.store.log.Samples.M2;
import static io.ashlar.dataplane.store.log.Samples.label;
import static io.ashlar.dataplane.store.log.Samples.payload;
import static io.ashlar.dataplane.store.log.Samples.range;
import static io.ashlar.dataplane.store.log.Samples.write;
import static io.ashlar.dataplane.store.log.Samples.zero;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.block.BlockSet;
import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Payload;
import io.ashlar.common.config.ByteSize;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.store.Roster;
import io.ashlar.dataplane.store.Standing;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import io.ashlar.dataplane.store.StoredMirror;
import io.ashlar.metadata.model.EpochStart;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device in a real directory, on its real threads. */
class LogStoreTest {

    @TempDir Path directory;
    private static final long BLOCKS = 1000;
    private LogStore store;
    private Asker asker;

    @BeforeEach
    void format() {
        DeviceFormat.format(directory, DEVICE, CLUSTER, ByteSize.parse("16MiB"));
        open();
        asker.done(M1, new StoreRequest.Create(label(5, BLOCKS)));
    }

    private void open() {
        store = LogStore.open(directory, CLUSTER);
        asker = new Asker(store);
    }

    private StoredMirror reopen() {
        store.close();
        open();
        return store.recovered().getFirst();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void readsWhatWasWrittenAndZerosElsewhere() {
        Payload data = payload(1, 3);
        asker.done(M1, write(1, 1, 10, data));
        assertEquals(data, asker.read(M1, range(10, 3)));
        Payload around = asker.read(M1, range(9, 5));
        assertEquals(Payload.zeros(1), around.slice(0, 1));
        assertEquals(data, around.slice(1, 3));
        assertEquals(-1, around.firstCorrupt());
    }

    @Test
    void keepsEverythingOverAnOrderlyRestart() {
        asker.done(M1, write(1, 1, 10, payload(1, 3)));
        asker.done(M1, zero(1, 2, range(11, 1), true));
        Standing standing =
                new Standing(
                        4, false, 99, new Roster(3, List.of(M1), List.of(new EpochStart(1, 1))));
        asker.done(M1, new StoreRequest.Persist(standing));
        StoredMirror mirror = reopen();
        assertEquals(M1, mirror.id());
        assertEquals(label(5, BLOCKS), mirror.label());
        assertEquals(standing, mirror.standing());
        assertEquals(new Position(1, 2), mirror.last());
        assertEquals(payload(1, 3).slice(2, 1), asker.read(M1, range(12, 1)));
        assertEquals(Payload.zeros(1), asker.read(M1, range(11, 1)));
    }

    @Test
    void aSeqStaysWithItsBlockOverTrimAndRestart() {
        asker.done(M1, write(1, 1, 10, payload(1, 3)));
        asker.done(M1, zero(1, 2, range(11, 1), true));
        reopen();
        BlockSet changed = new BlockSet();
        changed.add(range(11, 1));
        assertEquals(
                new StoreAnswer.Changed(changed), asker.ask(M1, new StoreRequest.ListChanged(1)));
        StoreAnswer.Kinds kinds =
                assertInstanceOf(
                        StoreAnswer.Kinds.class,
                        asker.ask(M1, new StoreRequest.Survey(range(10, 4))));
        assertArrayEquals(
                new byte[] {PageImage.DATA, PageImage.HOLE, PageImage.DATA, PageImage.HOLE},
                kinds.kinds());
    }

    @Test
    void aCopiedPageTakesOverContentAndSeqsAsTheyAre() {
        asker.done(M1, write(1, 1, 300, payload(1, 3)));
        BlockSet stale = new BlockSet();
        stale.add(range(300, 4));
        asker.done(M1, append(new JournalRecord.ResyncStart(new Position(2, 50), stale)));
        PageImage image =
                new PageImage(
                        1,
                        new int[] {44, 45, 46},
                        new long[] {0, 40, 41},
                        new byte[] {PageImage.HOLE, PageImage.DATA, PageImage.ZERO},
                        payload(2, 1));
        asker.done(M1, append(new JournalRecord.CopyPage(image)));
        StoredMirror mirror = reopen();
        stale.remove(range(300, 3));
        assertEquals(new Position(2, 50), mirror.last());
        assertEquals(stale, mirror.stale());
        assertEquals(payload(2, 1), asker.read(M1, range(301, 1)));
        PageImage back = image(1, image.mask());
        assertArrayEquals(image.indexes(), back.indexes());
        assertArrayEquals(image.seqs(), back.seqs());
        assertArrayEquals(image.kinds(), back.kinds());
        assertEquals(image.data(), back.data());
    }

    private PageImage image(int page, long[] mask) {
        return assertInstanceOf(
                        StoreAnswer.Image.class,
                        asker.ask(M1, new StoreRequest.ReadImage(page, mask)))
                .image();
    }

    @Test
    void aRepairCountsOnlyWhileTheBlockHoldsTheSameChange() {
        asker.done(M1, write(1, 1, 10, payload(1, 1)));
        asker.done(M1, append(new JournalRecord.Repair(10, 1, payload(8, 1))));
        assertEquals(payload(8, 1), asker.read(M1, range(10, 1)));
        asker.done(M1, write(1, 2, 10, payload(2, 1)));
        asker.done(M1, append(new JournalRecord.Repair(10, 1, payload(9, 1))));
        assertEquals(payload(2, 1), asker.read(M1, range(10, 1)));
        assertEquals(new Position(1, 2), reopen().last());
    }

    @Test
    void givesBackTheTailAboveTheFloorInOrder() {
        for (int seq = 1; seq <= 5; seq++) {
            Change change = new Change.Data(range(seq, 2), payload(seq, 2));
            asker.done(M1, write(3, seq, change, 2));
        }
        reopen();
        StoreAnswer.Tail tail = tail(3, 9, 1 << 20);
        assertEquals(
                List.of(3L, 4L, 5L), tail.records().stream().map(r -> r.position().seq()).toList());
        assertEquals(new Change.Data(range(3, 2), payload(3, 2)), tail.records().get(0).change());
        assertEquals(1, tail(3, 9, 1).records().size());
        assertEquals(
                ErrorCode.INVALID, asker.failed(M1, new StoreRequest.ReadTail(2, 9, 1)).code());
    }

    private StoreAnswer.Tail tail(long from, long to, int bytes) {
        return assertInstanceOf(
                StoreAnswer.Tail.class, asker.ask(M1, new StoreRequest.ReadTail(from, to, bytes)));
    }

    @Test
    void aDroppedMirrorIsGoneAndItsIdBeginsAnew() {
        asker.done(M1, write(1, 1, 10, payload(1, 1)));
        asker.done(M1, new StoreRequest.Drop());
        asker.done(M1, new StoreRequest.Drop());
        assertEquals(ErrorCode.NOT_FOUND, asker.failed(M1, new StoreRequest.Sync()).code());
        asker.done(M1, new StoreRequest.Create(label(6, 1000)));
        StoredMirror mirror = reopen();
        assertEquals(Position.START, mirror.last());
        assertEquals(Payload.zeros(1), asker.read(M1, range(10, 1)));
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertEquals(ErrorCode.INVALID, asker.failed(M1, write(1, 2, 0, payload(1, 1))).code());
        assertEquals(ErrorCode.INVALID, asker.failed(M1, write(1, 1, 999, payload(1, 2))).code());
        assertEquals(
                ErrorCode.INVALID, asker.failed(M1, new StoreRequest.Read(range(999, 2))).code());
        assertEquals(
                ErrorCode.ALREADY_EXISTS,
                asker.failed(M1, new StoreRequest.Create(label(6, 1000))).code());
        assertEquals(ErrorCode.NOT_FOUND, asker.failed(M2, new StoreRequest.Sync()).code());
        asker.done(M1, new StoreRequest.Create(label(5, BLOCKS)));
    }

    @Test
    void aMirrorThatGrowsKeepsWhatItHasAndReadsAsZerosBehindIt() {
        asker.done(M1, write(1, 1, 990, payload(1, 10)));
        asker.done(M1, new StoreRequest.Create(label(5, 5000)));
        assertEquals(payload(1, 10), asker.read(M1, range(990, 10)));
        assertEquals(Payload.zeros(10), asker.read(M1, range(4990, 10)));
        asker.done(M1, write(1, 2, 4999, payload(2, 1)));
        asker.done(M1, new StoreRequest.Sync());

        StoredMirror mirror = reopen();
        assertEquals(label(5, 5000), mirror.label());
        assertEquals(payload(1, 10), asker.read(M1, range(990, 10)));
        assertEquals(payload(2, 1), asker.read(M1, range(4999, 1)));
        assertEquals(
                ErrorCode.INVALID,
                asker.failed(M1, new StoreRequest.Create(label(5, 1000))).code());
    }

    @Test
    void neverReturnsABlockWhoseBytesChangedOnDisk() throws Exception {
        asker.done(M1, write(1, 1, 10, payload(1, 4)));
        asker.done(M1, new StoreRequest.Sync());
        flipByteOf(payload(1, 4).slice(2, 1));
        StoreAnswer.Corrupt corrupt =
                assertInstanceOf(
                        StoreAnswer.Corrupt.class,
                        asker.ask(M1, new StoreRequest.Read(range(9, 6))));
        assertArrayEquals(new long[] {12}, corrupt.bad());
        assertArrayEquals(new long[] {1}, corrupt.seqs());
        asker.done(M1, append(new JournalRecord.Repair(12, 1, payload(1, 4).slice(2, 1))));
        assertEquals(payload(1, 4), asker.read(M1, range(10, 4)));
    }

    private void flipByteOf(Payload block) throws Exception {
        byte[] log = Files.readAllBytes(directory.resolve("log"));
        int at = 0;
        while (!java.util.Arrays.equals(log, at, at + Blocks.SIZE, block.bytes(), 0, Blocks.SIZE)) {
            at += 8;
        }
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("log").toFile(), "rw")) {
            file.seek(at + 100);
            file.write(log[at + 100] ^ 4);
        }
    }

    @Test
    void aFullDeviceRefusesDataBeforeItAppendsAndStillTrims() {
        asker.done(M2, new StoreRequest.Create(label(6, 100_000)));
        long seq = fill(M2, 1);
        // Of 16 segments 4 are held back; 13/16 of the rest are 39 changes with what they cost.
        assertTrue(seq > 35, "full after " + seq + " changes of 256 KiB on 16 MiB");
        asker.done(M2, zero(1, seq, range(0, 64 * 20), true));
        asker.done(M2, new StoreRequest.Persist(new Standing(2, false, 0, Roster.NONE)));
        assertTrue(fill(M2, seq + 1) > seq + 19, "what was trimmed is not taken back");
        asker.done(M2, new StoreRequest.Drop());
        asker.done(M1, new StoreRequest.Drop());
        asker.done(M1, new StoreRequest.Create(label(5, 100_000)));
        assertTrue(fill(M1, 1) > seq - 3, "what was dropped is not taken back");
    }

    private static StoreRequest.Append fresh(long seq) {
        return write(1, seq, new Change.Data(range(seq * 64, 64), payload(seq, 64)), seq - 1);
    }

    /**
     * Writes 64 blocks a change, each elsewhere, until the device is full; returns the next seq.
     */
    private long fill(MirrorId mirror, long from) {
        asker.done(mirror, new StoreRequest.Sync());
        long seq = from;
        StoreAnswer answer = asker.ask(mirror, fresh(seq));
        while (answer instanceof StoreAnswer.Done) {
            seq++;
            answer = asker.ask(mirror, fresh(seq));
        }
        assertEquals(ErrorCode.NO_SPACE, assertInstanceOf(StoreAnswer.Failed.class, answer).code());
        return seq;
    }

    @Test
    void refusesASecondOpenAForeignClusterAndAMissingFile() throws Exception {
        assertCode(ErrorCode.IN_USE, CLUSTER);
        store.close();
        assertCode(ErrorCode.WRONG_CLUSTER, new ClusterId(new UUID(9, 9)));
        Files.move(directory.resolve("log"), directory.resolve("away"));
        assertTrue(assertCode(ErrorCode.CORRUPT, CLUSTER).contains("log is missing"));
        Files.move(directory.resolve("away"), directory.resolve("log"));
        open();
    }

    @Test
    void refusesALogThatWasCutShort() throws Exception {
        asker.done(M1, write(1, 1, 0, payload(1, 64)));
        store.close();
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("log").toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
        assertTrue(assertCode(ErrorCode.CORRUPT, CLUSTER).contains("cut short"));
    }

    @Test
    void refusesANewerFormatAndLivesWithOneRottenCopy() throws Exception {
        store.close();
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("table-a").toFile(), "rw")) {
            file.seek(40);
            file.write(77);
        }
        open();
        assertEquals(1, store.recovered().size());
        assertFalse(store.recovered().getFirst().standing().suspect());
    }

    @Test
    void formatRefusesADeviceThatIsOneAndASizeThatIsTooSmall() {
        store.close();
        assertEquals(
                ErrorCode.ALREADY_EXISTS,
                assertThrows(
                                StorageException.class,
                                () ->
                                        DeviceFormat.format(
                                                directory, DEVICE, CLUSTER, ByteSize.parse("1GiB")))
                        .code());
        assertEquals(
                ErrorCode.INVALID,
                assertThrows(
                                StorageException.class,
                                () ->
                                        DeviceFormat.format(
                                                directory, DEVICE, CLUSTER, ByteSize.parse("1MiB")))
                        .code());
    }

    private String assertCode(ErrorCode code, ClusterId cluster) {
        StorageException e =
                assertThrows(StorageException.class, () -> LogStore.open(directory, cluster));
        assertEquals(code, e.code());
        return String.valueOf(e.getMessage());
    }

    private static StoreRequest.Append append(JournalRecord record) {
        return new StoreRequest.Append(record);
    }
}
