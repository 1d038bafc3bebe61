package io.ashlar.dataplane.store.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.ashlar.common.block.BlockSet;
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
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The bytes on disk, version 1: written the same for ever, and read for ever. */
class GoldenFormatTest {

    static final List<String> FILES = GoldenDevice.FILES;

    private static final Standing STANDING =
            new Standing(
                    7,
                    false,
                    2_000_000_000L,
                    new Roster(3, List.of(Samples.M1), List.of(new EpochStart(1, 1))));

    /** A device with one record of each kind that a mirror appends. */
    private static ForgetfulDisk written() throws IOException {
        ForgetfulDisk disk = new ForgetfulDisk();
        DeviceFormat.format(
                disk,
                new Superblock(Samples.DEVICE, Samples.CLUSTER, 8L * (64 << 10), 64 << 10, 512));
        BenchDevice device = new BenchDevice(disk, new Surroundings("boot-1", () -> 0x5a17));
        device.settle(Samples.M1, new StoreRequest.Create(Samples.label(5, 600)));
        device.settle(Samples.M1, new StoreRequest.Persist(STANDING));
        device.settle(Samples.M1, Samples.write(1, 1, 3, Samples.payload(1, 1)));
        device.settle(Samples.M1, Samples.zero(1, 2, Samples.range(300, 2), true));
        BlockSet stale = new BlockSet();
        stale.add(Samples.range(3, 4));
        device.settle(
                Samples.M1,
                new StoreRequest.Append(new JournalRecord.ResyncStart(new Position(2, 9), stale)));
        PageImage image =
                new PageImage(
                        0,
                        new int[] {4, 5},
                        new long[] {8, 9},
                        new byte[] {PageImage.DATA, PageImage.ZERO},
                        Samples.payload(2, 1));
        device.settle(Samples.M1, new StoreRequest.Append(new JournalRecord.CopyPage(image)));
        device.settle(
                Samples.M1,
                new StoreRequest.Append(new JournalRecord.Repair(4, 8, Samples.payload(3, 1))));
        device.settle(
                Samples.M1, Samples.write(2, 10, new Change.Zero(Samples.range(599, 1), false), 9));
        device.close();
        return disk;
    }

    @ParameterizedTest
    @FieldSource("FILES")
    void writesTheSameBytesForEver(String file) throws IOException {
        assertArrayEquals(GoldenDevice.WRITTEN.file(file), written().content(file));
    }

    @Test
    void readsWhatVersionOneWrote() throws IOException {
        ForgetfulDisk disk = GoldenDevice.WRITTEN.disk();
        BenchDevice device = new BenchDevice(disk, new Surroundings("boot-2", () -> 1));
        StoredMirror mirror = device.recovered().getFirst();
        BlockSet stale = new BlockSet();
        stale.add(Samples.range(3, 1));
        stale.add(Samples.range(6, 1));
        assertEquals(STANDING, mirror.standing());
        assertEquals(new Position(2, 10), mirror.last());
        assertEquals(stale, mirror.stale());
        StoreAnswer.Blocks blocks =
                assertInstanceOf(
                        StoreAnswer.Blocks.class,
                        device.settle(Samples.M1, new StoreRequest.Read(Samples.range(3, 2))));
        assertEquals(Samples.payload(1, 1), blocks.payload().slice(0, 1));
        assertEquals(Samples.payload(3, 1), blocks.payload().slice(1, 1));
    }

    /** Writes the golden files anew, under the directory named: for a new version only. */
    public static void main(String[] args) throws IOException {
        GoldenDevice.WRITTEN.write(Path.of(args[0]), written());
    }
}
