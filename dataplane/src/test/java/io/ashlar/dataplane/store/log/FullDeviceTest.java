package io.ashlar.dataplane.store.log;

import static io.ashlar.dataplane.store.log.Samples.M1;
import static io.ashlar.dataplane.store.log.Samples.M2;
import static io.ashlar.dataplane.store.log.Samples.payload;
import static io.ashlar.dataplane.store.log.Samples.range;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.block.Payload;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a device tells of its room, and to whom it gives the last of it (P8). */
final class FullDeviceTest {

    private static final int BLOCKS = 32;
    private static final long BYTES = BLOCKS << 12;
    private static final int COPIED = 128;
    private static final long MARGIN = 1 << 20; // of 32 MiB

    private BenchDevice device;
    private long seq;

    @BeforeEach
    void open() throws IOException {
        open(1 << 20);
    }

    private void open(int segmentBytes) throws IOException {
        ForgetfulDisk disk = new ForgetfulDisk();
        DeviceFormat.format(
                disk,
                new Superblock(Samples.DEVICE, Samples.CLUSTER, 32L << 20, segmentBytes, 512));
        device =
                new BenchDevice(
                        disk,
                        new Surroundings("boot-1", () -> 5),
                        new LogOptions(1 << 20, 8 << 20, 16 << 20, 0, 1 << 10, 1));
        done(M1, new StoreRequest.Create(Samples.label(1, 1 << 16)));
        done(M2, new StoreRequest.Create(Samples.label(2, 1 << 16)));
    }

    private void done(MirrorId mirror, StoreRequest request) {
        assertInstanceOf(StoreAnswer.Done.class, device.settle(mirror, request));
    }

    /** The next change of the first mirror, where it has written nothing yet. */
    private StoreAnswer writeOn() {
        return writeOn(BLOCKS);
    }

    private StoreAnswer writeOn(int blocks) {
        Change change = new Change.Data(range(seq * blocks, blocks), payload(seq, blocks));
        StoreAnswer answer = device.settle(M1, Samples.write(1, seq + 1, change, seq));
        seq += answer instanceof StoreAnswer.Done ? 1 : 0;
        return answer;
    }

    private void fill() {
        while (device.roomBytes() > 0) {
            assertInstanceOf(StoreAnswer.Done.class, writeOn());
        }
    }

    /** Blocks of one page. */
    private static StoreRequest.Append copy(int page) {
        int[] indexes = new int[COPIED];
        Arrays.setAll(indexes, i -> i);
        byte[] kinds = new byte[COPIED];
        Arrays.fill(kinds, PageImage.DATA);
        Payload data = payload(page, COPIED);
        return new StoreRequest.Append(
                new JournalRecord.CopyPage(
                        new PageImage(page, indexes, new long[COPIED], kinds, data)));
    }

    private static void assertFull(StoreAnswer answer) {
        assertEquals(ErrorCode.NO_SPACE, assertInstanceOf(StoreAnswer.Failed.class, answer).code());
    }

    /** Each mirror's coordinator hears of all mirrors' changes, and of what is given back. */
    @Test
    void roomIsThatOfNowWhoeverTookIt() {
        long empty = device.roomBytes();
        writeOn();
        long after = device.roomBytes();
        assertTrue(after <= empty - BYTES, after + " after a change, before " + empty);
        done(M2, copy(0));
        assertTrue(device.roomBytes() <= after - COPIED * 4096, "the other's copy is not counted");
        done(M2, new StoreRequest.Drop());
        assertEquals(after, device.roomBytes());
        done(M1, Samples.write(1, seq + 1, new Change.Zero(range(0, BLOCKS), true), seq));
        assertTrue(device.roomBytes() >= empty - 8192, "what was trimmed is not given back");
    }

    @Test
    void changesOnTheirWayFitIntoWhatIsNotToldOf() {
        fill();
        long untold = 0;
        StoreAnswer answer = writeOn();
        while (answer instanceof StoreAnswer.Done) {
            assertEquals(0, device.roomBytes());
            untold += BYTES;
            answer = writeOn();
        }
        assertFull(answer);
        assertTrue(untold >= MARGIN - 4 * BYTES, "only " + untold + " bytes of " + MARGIN);
    }

    @Test
    void copiesLeaveTheMarginAloneButMayReplaceWhatIsThere() {
        done(M2, copy(0));
        fill();
        assertFull(device.settle(M2, copy(1)));
        done(M2, copy(0));
        done(M2, copy(0));
        assertEquals(0, device.roomBytes());
        assertInstanceOf(StoreAnswer.Done.class, writeOn());
    }

    @Test
    void aFullDeviceTakesTrimsAndHasRoomAgain() {
        fill();
        long given = 2 * MARGIN;
        for (long first = 0; first < given >> 12; first += BLOCKS) {
            Change trim = new Change.Zero(range(first, BLOCKS), true);
            done(M1, Samples.write(1, ++seq, trim, seq - 1));
        }
        assertTrue(device.roomBytes() > given - BYTES, "only " + device.roomBytes());
    }

    /** Where only one of the longest changes fits into a segment, and half of it stays unused. */
    @Test
    void longChangesFillADeviceOfSmallSegments() throws IOException {
        open(2 << 20);
        while (device.roomBytes() > 1 << 20) {
            assertInstanceOf(StoreAnswer.Done.class, writeOn(256));
        }
        assertTrue(seq > 14, "full after " + seq + " changes of 1 MiB on 32 MiB");
    }

    /** However little a change is: each may need a page of the map of its own. */
    @Test
    void pagesOfMapsTakeRoomToo() {
        long empty = device.roomBytes();
        long changes = 100;
        for (int i = 0; i < changes; i++) {
            Change change = new Change.Data(range(i * 256L, 1), payload(i, 1));
            done(M1, Samples.write(1, ++seq, change, seq - 1));
        }
        assertTrue(device.roomBytes() <= empty - 2 * changes * 4096L);
    }
}
