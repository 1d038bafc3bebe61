package io.ashlar.dataplane.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.BlockSet;
import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Payload;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.message.ForwardReply;
import io.ashlar.dataplane.message.ForwardRequest;
import io.ashlar.dataplane.message.FromHolder;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.message.ToHolder;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.message.ToPeer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WireCodecTest {

    private static final int SEEDS = 300;

    private final RandomMessages messages = new RandomMessages(7);

    @Test
    void everyMessageComesBackAsItWas() {
        for (int seed = 0; seed < SEEDS; seed++) {
            RandomMessages random = new RandomMessages(seed);
            for (ToPeer message : random.requests()) {
                ToPeer back = WireCodec.decodeRequest(WireCodec.encode(message));
                assertTrue(DeepEquality.same(message, back), "seed " + seed + ": " + message);
            }
            for (FromPeer message : random.replies()) {
                FromPeer back = WireCodec.decodeReply(WireCodec.encode(message));
                assertTrue(DeepEquality.same(message, back), "seed " + seed + ": " + message);
            }
        }
    }

    @Test
    void theSamplesCoverEveryKindOfMessage() {
        Set<Class<?>> covered = new HashSet<>();
        for (ToPeer message : messages.requests()) {
            covered.add(
                    switch (message) {
                        case ToMirror to -> to.request().getClass();
                        case ToHolder to -> to.request().getClass();
                    });
        }
        for (FromPeer message : messages.replies()) {
            covered.add(
                    switch (message) {
                        case FromMirror from -> from.reply().getClass();
                        case FromHolder from -> from.reply().getClass();
                    });
        }
        Set<Class<?>> all = new HashSet<>(List.of(MirrorRequest.class.getPermittedSubclasses()));
        all.addAll(List.of(MirrorReply.class.getPermittedSubclasses()));
        all.addAll(List.of(ForwardRequest.class.getPermittedSubclasses()));
        all.addAll(List.of(ForwardReply.class.getPermittedSubclasses()));
        assertEquals(all, covered);
    }

    @Test
    void theLargestRecordFitsAFrameAndALargerOneDoesNot() {
        byte[] frame = WireCodec.encode(write(WireCodec.MAX_BLOCKS));
        assertEquals(64 + 32 + 256 * 4 + (1 << 20), frame.length);
        ToMirror tooLarge = write(WireCodec.MAX_BLOCKS + 1);
        assertThrows(IllegalArgumentException.class, () -> WireCodec.encode(tooLarge));
    }

    private ToMirror write(int blocks) {
        Change change = new Change.Data(new BlockRange(0, blocks), messages.payload(blocks));
        return messages.to(
                new MirrorRequest.Write(new JournalRecord.Write(new Position(1, 1), change, 0)));
    }

    @Test
    void aCopyThatIsStaleAllOverTakesEightBytes() {
        BlockSet all = new BlockSet();
        all.add(new BlockRange(0, 1 << 22));
        byte[] frame = WireCodec.encode(messages.from(new MirrorReply.Changed(1, all)));
        assertEquals(64 + 8, frame.length);
    }

    @Test
    void theWorstSetOfAWholeExtentFitsAFrame() {
        BlockSet worst = new BlockSet();
        for (int page = 0; page < WireCodec.MAX_SET_PAGES; page++) {
            worst.addPage(page, new long[] {page | 1, 0, 0, 1});
        }
        FromMirror message = messages.from(new MirrorReply.Changed(1, worst));
        byte[] frame = WireCodec.encode(message);
        assertEquals(64 + 40 * WireCodec.MAX_SET_PAGES, frame.length);
        assertTrue(DeepEquality.same(message, WireCodec.decodeReply(frame)));

        worst.addPage(WireCodec.MAX_SET_PAGES, new long[] {1, 0, 0, 0});
        assertThrows(IllegalArgumentException.class, () -> WireCodec.encode(message));
    }

    @Test
    void theSurveyOfAWholeExtentFitsAFrame() {
        byte[] kinds = new byte[WireCodec.MAX_SURVEY_BLOCKS];
        Arrays.fill(kinds, (byte) 2);
        byte[] frame = WireCodec.encode(messages.from(new MirrorReply.Kinds(1, kinds)));
        FromMirror back = (FromMirror) WireCodec.decodeReply(frame);
        assertArrayEquals(kinds, assertInstanceOf(MirrorReply.Kinds.class, back.reply()).kinds());
    }

    @Test
    void aTailThatIsTooLongIsCutBetweenRecords() {
        List<JournalRecord.Write> records = new ArrayList<>();
        for (int seq = 1; seq <= 10; seq++) {
            Change change = new Change.Data(new BlockRange(0, 60), Payload.zeros(60));
            records.add(new JournalRecord.Write(new Position(1, seq), change, 0));
        }
        byte[] frame = WireCodec.encode(messages.from(new MirrorReply.Tail(1, records)));
        MirrorReply back = ((FromMirror) WireCodec.decodeReply(frame)).reply();
        assertEquals(
                records.subList(0, 4), assertInstanceOf(MirrorReply.Tail.class, back).records());
    }

    @Test
    void readsAndSurveysThatNoFrameCouldAnswerAreRefused() {
        List<MirrorRequest> tooMuch =
                List.of(
                        new MirrorRequest.Read(1, new BlockRange(0, 257)),
                        new MirrorRequest.Survey(1, new BlockRange(0, (1 << 22) + 1)));
        for (MirrorRequest request : tooMuch) {
            ToMirror message = messages.to(request);
            assertThrows(IllegalArgumentException.class, () -> WireCodec.encode(message));
        }
    }

    @Test
    void aLongMessageIsCutRatherThanRefused() {
        String text = "ü".repeat(5000);
        byte[] frame = WireCodec.encode(messages.from(new MirrorReply.Failed(ErrorCode.IO, text)));
        assertEquals(
                new MirrorReply.Failed(ErrorCode.IO, text.substring(0, 1000)),
                ((FromMirror) WireCodec.decodeReply(frame)).reply());
    }

    @Test
    void aBlockThatChangedUnderWayIsRefused() {
        byte[] frame = WireCodec.encode(messages.from(new MirrorReply.Blocks(1, Payload.zeros(3))));
        frame[frame.length - Blocks.SIZE - 1] ^= 1;
        StorageException e =
                assertThrows(StorageException.class, () -> WireCodec.decodeReply(frame));
        assertEquals(ErrorCode.CORRUPT, e.code());
    }

    @Test
    void aPayloadThatWasCorruptBeforeItWasSentIsNotGivenNewChecksums() {
        Payload payload = Payload.zeros(1);
        payload.bytes()[100] = 1;
        byte[] frame = WireCodec.encode(messages.from(new MirrorReply.Blocks(1, payload)));
        StorageException e =
                assertThrows(StorageException.class, () -> WireCodec.decodeReply(frame));
        assertEquals(ErrorCode.CORRUPT, e.code());
    }

    @Test
    void aRequestIsNoReply() {
        byte[] frame = WireCodec.encode(messages.to(new MirrorRequest.Release()));
        StorageException e =
                assertThrows(StorageException.class, () -> WireCodec.decodeReply(frame));
        assertEquals(ErrorCode.INVALID, e.code());
    }
}
