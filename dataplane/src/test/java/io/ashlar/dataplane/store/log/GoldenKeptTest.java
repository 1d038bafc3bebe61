package io.ashlar.dataplane.store.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.BlockSet;
import io.ashlar.common.block.Payload;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.store.Standing;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import io.ashlar.dataplane.store.StoredMirror;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The bytes on disk, version 1, of what the store writes on its own account: a checkpoint, what the
 * cleaner moves, a block that it found damaged, the note of a failed sync. The parts that write are
 * driven one by one, so that when to clean may change and these bytes do not.
 */
class GoldenKeptTest {

    private static final int SEGMENT = 32 << 10;
    private static final int BUFFER = 64 << 10;
    private static final JournalRecord.ResyncStart RESYNC =
            new JournalRecord.ResyncStart(new Position(2, 9), set(Samples.range(3, 4)));

    /** The changes behind it; those above the floor are the tail. */
    private static final List<JournalRecord.Write> CHANGES =
            List.of(
                    data(10, 3, Samples.payload(10, 2)),
                    data(11, 258, Samples.payload(11, 2)),
                    change(12, new Change.Zero(Samples.range(300, 2), true)),
                    data(13, 5, Samples.payload(13, 1)),
                    change(14, new Change.Zero(Samples.range(511, 1), false)));

    /** After the checkpoint, in the next segment. */
    private static final JournalRecord.Write LATER = data(15, 4, Samples.payload(15, 1));

    static final List<String> FILES = GoldenDevice.FILES;

    private static JournalRecord.Write data(long seq, long first, Payload payload) {
        BlockRange range = Samples.range(first, payload.blocks());
        return change(seq, new Change.Data(range, payload));
    }

    private static JournalRecord.Write change(long seq, Change change) {
        return new JournalRecord.Write(new Position(2, seq), change, 11);
    }

    private static BlockSet set(BlockRange range) {
        BlockSet set = new BlockSet();
        set.add(range);
        return set;
    }

    /** The parts of a device, without anything that decides when. */
    private static final class Parts implements Errands {

        final Device device;
        final LogTail tail;
        final Durability durability;
        final Checkpoint checkpoint;
        final Appender appender;
        final Mirror mirror;

        Parts(ForgetfulDisk disk) throws IOException {
            Recovery.Opened opened =
                    Recovery.open(
                            disk,
                            Samples.CLUSTER,
                            new Surroundings("boot-1", () -> 0),
                            BenchDevice.OPTIONS);
            device = opened.device();
            tail =
                    new LogTail(
                            device.superblock,
                            device.log,
                            device.segments,
                            () -> 0x5a17 + device.segments.nextGeneration(),
                            BUFFER,
                            0,
                            opened.end());
            durability = new Durability(device, tail, this, Long.MAX_VALUE);
            checkpoint = new Checkpoint(device, tail, durability);
            appender = new Appender(tail, checkpoint);
            MirrorRow row =
                    new MirrorRow(Samples.M1, Samples.label(5, 600), Standing.NEW, tail.number());
            mirror = new Mirror(row, device);
            device.mirrors.put(Samples.M1, mirror);
            durability.tableChanged();
        }

        void append(JournalRecord record) throws IOException {
            Draft draft = Draft.of(mirror.row.owner(), record);
            appender.append(mirror, draft.record(), draft.payload());
        }

        void checkpoint() throws IOException {
            checkpoint.begin();
            checkpoint.step(Integer.MAX_VALUE);
            sync();
        }

        void clean() throws IOException {
            Cleaner cleaner = new Cleaner(device, tail, appender);
            cleaner.pick(1);
            cleaner.step(Long.MAX_VALUE);
            durability.await(answer -> {});
            sync();
        }

        private void sync() throws IOException {
            tail.flush();
            durability.start(1);
        }

        @Override
        public void read(Errand errand) {
            throw new AssertionError("nobody reads");
        }

        @Override
        public void aside(Errand errand) {
            throw new AssertionError("nobody verifies");
        }

        @Override
        public void sync(Errand errand) {
            try {
                errand.run();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            errand.done();
        }
    }

    private static ForgetfulDisk written() throws IOException {
        ForgetfulDisk disk = new ForgetfulDisk();
        DeviceFormat.format(
                disk, new Superblock(Samples.DEVICE, Samples.CLUSTER, 8L * SEGMENT, SEGMENT, 512));
        Parts parts = new Parts(disk);
        parts.append(RESYNC);
        for (JournalRecord.Write change : CHANGES) {
            parts.append(change);
        }
        parts.checkpoint();
        parts.append(LATER);
        parts.tail.flush();
        disk.flip("log", parts.mirror.map.pageOf(258).at(BlockMap.indexOf(258)) * 8);
        parts.clean();
        parts.device.table.replace(parts.device.table(false, true, 0).encode());
        return disk;
    }

    @ParameterizedTest
    @FieldSource("FILES")
    void writesTheSameBytesForEver(String file) throws IOException {
        assertArrayEquals(GoldenDevice.KEPT.file(file), written().content(file));
    }

    @Test
    void everyTypeOfRecordIsInAGoldenLog() throws IOException {
        Set<RecordType> types = GoldenDevice.WRITTEN.types();
        types.addAll(GoldenDevice.KEPT.types());
        assertEquals(EnumSet.allOf(RecordType.class), types);
    }

    @Test
    void readsWhatVersionOneWrote() throws IOException {
        BenchDevice device =
                new BenchDevice(GoldenDevice.KEPT.disk(), new Surroundings("boot-1", () -> 1));
        StoredMirror mirror = device.recovered().getFirst();
        assertEquals(new Position(2, 15), mirror.last());
        assertEquals(set(Samples.range(6, 1)), mirror.stale());
        assertEquals(true, mirror.standing().suspect(), "a sync had failed");

        assertEquals(Samples.payload(10, 2).slice(0, 1), read(device, 3));
        assertEquals(Samples.payload(15, 1), read(device, 4));
        assertEquals(Samples.payload(13, 1), read(device, 5));
        assertEquals(Samples.payload(11, 2).slice(1, 1), read(device, 259));
        StoreAnswer.Corrupt lost =
                assertInstanceOf(
                        StoreAnswer.Corrupt.class,
                        device.settle(Samples.M1, new StoreRequest.Read(Samples.range(257, 4))));
        assertArrayEquals(new long[] {258}, lost.bad());
        assertArrayEquals(new long[] {11}, lost.seqs());

        byte[] kinds = new byte[600];
        for (int block : new int[] {3, 4, 5, 258, 259}) {
            kinds[block] = PageImage.DATA;
        }
        kinds[511] = PageImage.ZERO;
        StoreAnswer.Kinds survey =
                assertInstanceOf(
                        StoreAnswer.Kinds.class,
                        device.settle(Samples.M1, new StoreRequest.Survey(Samples.range(0, 600))));
        assertArrayEquals(kinds, survey.kinds());

        BlockSet changed = set(Samples.range(300, 2));
        for (long block : new long[] {4, 5, 258, 511}) {
            changed.add(Samples.range(block, 1));
        }
        assertEquals(
                new StoreAnswer.Changed(changed),
                device.settle(Samples.M1, new StoreRequest.ListChanged(11)));
        assertEquals(
                new StoreAnswer.Tail(
                        List.of(CHANGES.get(2), CHANGES.get(3), CHANGES.get(4), LATER)),
                device.settle(Samples.M1, new StoreRequest.ReadTail(12, 15, 1 << 20)));
    }

    private static Payload read(BenchDevice device, long block) {
        return assertInstanceOf(
                        StoreAnswer.Blocks.class,
                        device.settle(Samples.M1, new StoreRequest.Read(Samples.range(block, 1))))
                .payload();
    }

    /** Writes the golden files anew, under the directory named: for a new version only. */
    public static void main(String[] args) throws IOException {
        GoldenDevice.KEPT.write(Path.of(args[0]), written());
    }
}
