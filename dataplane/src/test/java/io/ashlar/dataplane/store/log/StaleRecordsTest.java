package io.ashlar.dataplane.store.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.store.StoreRequest;
import java.io.IOException;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/**
 * A record that an earlier use of a segment left behind, at the right place and with the right
 * number, is told apart by its salt alone.
 */
class StaleRecordsTest {

    private static final int SEGMENT = 64 << 10;
    private long salt;

    @Test
    void aRecordOfAnEarlierUseOfTheSegmentIsNotReplayed() throws IOException {
        assertEquals(new Position(1, 1), lastAfterTwoCrashes(() -> ++salt));
    }

    /** The planted bug: segments whose uses cannot be told apart. Without salts it shows. */
    @Test
    void withoutSaltsItWouldBe() throws IOException {
        assertEquals(new Position(1, 2), lastAfterTwoCrashes(() -> 7));
    }

    /**
     * 1. Two changes are appended; power fails, the first write, with the segment's header, is
     * lost, the second is on the disk. 2. Another first change is appended in the same segment;
     * power fails, all is on the disk, and right behind the change lies the second one of before.
     */
    private Position lastAfterTwoCrashes(LongSupplier salts) throws IOException {
        ForgetfulDisk disk = new ForgetfulDisk();
        DeviceFormat.format(
                disk, new Superblock(Samples.DEVICE, Samples.CLUSTER, 8L * SEGMENT, SEGMENT, 512));
        BenchDevice device = new BenchDevice(disk, new Surroundings("boot-1", salts));
        device.settle(Samples.M1, new StoreRequest.Create(Samples.label(5, 600)));
        disk = disk.settled();
        device = new BenchDevice(disk, new Surroundings("boot-1", salts));
        device.settle(Samples.M1, Samples.write(1, 1, 3, Samples.payload(1, 1)));
        device.settle(Samples.M1, Samples.write(1, 2, 4, Samples.payload(2, 1)));

        disk = crashed(disk, (write, units) -> write == 0 ? 0 : units);
        device = new BenchDevice(disk, new Surroundings("boot-2", salts));
        assertEquals(Position.START, device.recovered().getFirst().last());
        device.settle(Samples.M1, Samples.write(1, 1, 3, Samples.payload(3, 1)));

        disk = crashed(disk, ForgetfulDisk.ALL);
        device = new BenchDevice(disk, new Surroundings("boot-3", salts));
        return device.recovered().getFirst().last();
    }

    private static ForgetfulDisk crashed(ForgetfulDisk disk, ForgetfulDisk.Fate fate) {
        ForgetfulDisk.Cursor cursor = disk.new Cursor();
        boolean more = cursor.advance();
        while (more) {
            more = cursor.advance();
        }
        return cursor.crashed(fate);
    }
}
