package io.ashlar.dataplane.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is not a frame is refused, with a reason, and without waiting or allocating for it. */
class FrameReaderTest {

    private final RandomMessages messages = new RandomMessages(3);

    private byte[] frame(FrameType type) {
        for (Object message :
                type.isRequest() ? messages.requests() : List.<Object>copyOf(messages.replies())) {
            byte[] frame = Frames.of(message, FrameType.HELLO);
            if (frame[5] == (byte) type.number()) {
                return frame;
            }
        }
        throw new AssertionError(type);
    }

    private static ErrorCode refusal(byte[] frame) {
        return assertThrows(StorageException.class, () -> Frames.decode(frame)).code();
    }

    private static ByteBuffer edit(byte[] frame) {
        return ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void everySingleFlippedBitIsNoticed() {
        for (FrameType type : List.of(FrameType.FENCE, FrameType.REPAIR, FrameType.FENCED)) {
            byte[] good = frame(type);
            for (int bit = 0; bit < good.length * 8; bit++) {
                byte[] bad = good.clone();
                bad[bit / 8] ^= (byte) (1 << bit % 8);
                refusal(bad);
            }
        }
    }

    @Test
    void aTruncatedFrameIsAwaited() {
        byte[] good = frame(FrameType.IMAGE);
        for (int length = 0; length < good.length; length++) {
            assertEquals(List.of(), Frames.decode(Arrays.copyOf(good, length)));
        }
    }

    @Test
    void absurdLengthsAreRefusedBeforeTheyAreAwaited() {
        int[][] lengths = {
            {-1, 0},
            {Integer.MIN_VALUE, 0},
            {FrameHeader.MAX_BODY_BYTES + 1, 0},
            {Integer.MAX_VALUE, 0},
            {0, -4096},
            {0, 1},
            {0, (1 << 20) + 4096},
            {0, Integer.MAX_VALUE & -4096}
        };
        for (int[] pair : lengths) {
            byte[] frame = Arrays.copyOf(frame(FrameType.ASK), 64);
            edit(frame).putInt(40, pair[0]).putInt(44, pair[1]);
            assertEquals(ErrorCode.INVALID, refusal(Frames.reseal(frame)), Arrays.toString(pair));
        }
    }

    @Test
    void anotherMagicIsRefused() {
        byte[] frame = frame(FrameType.ASK);
        frame[0] = 'B';
        assertEquals(ErrorCode.INVALID, refusal(Frames.reseal(frame)));
    }

    @Test
    void anotherVersionIsRefused() {
        byte[] frame = frame(FrameType.ASK);
        frame[4] = 2;
        assertEquals(ErrorCode.WRONG_VERSION, refusal(Frames.reseal(frame)));
    }

    @Test
    void unknownAndReservedTypesAreRefused() {
        for (int type : new int[] {0x00, 0x06, 0x0F, 0x1F, 0x3F, 0x4E, 0x80, 0xC0, 0xFF}) {
            byte[] frame = frame(FrameType.ASK);
            frame[5] = (byte) type;
            assertEquals(ErrorCode.INVALID, refusal(Frames.reseal(frame)), "type " + type);
        }
    }

    @Test
    void reservedBytesThatAreNotZeroAreRefused() {
        for (int at : new int[] {6, 7, 52, 53, 54, 55, 56, 57, 58, 59}) {
            byte[] frame = frame(FrameType.ASK);
            frame[at] = 1;
            assertEquals(ErrorCode.INVALID, refusal(Frames.reseal(frame)), "byte " + at);
        }
    }

    @Test
    void bytesAfterTheEndOfABodyAreRefused() {
        byte[] frame = Arrays.copyOf(frame(FrameType.ASK), 64 + 9);
        edit(frame).putInt(40, 9);
        assertEquals(ErrorCode.INVALID, refusal(Frames.resealBody(frame, 9)));
    }

    @Test
    void aBodyThatEndsTooSoonIsRefused() {
        byte[] frame = Arrays.copyOf(frame(FrameType.ASK), 64 + 7);
        edit(frame).putInt(40, 7);
        assertEquals(ErrorCode.INVALID, refusal(Frames.resealBody(frame, 7)));
    }

    @Test
    void aPayloadThatNoOneAskedForIsRefused() {
        byte[] frame = Arrays.copyOf(frame(FrameType.ASK), 64 + 8 + 4096);
        edit(frame).putInt(44, 4096);
        assertEquals(ErrorCode.INVALID, refusal(Frames.reseal(frame)));
    }

    @Test
    void aRunOfTwoBillionPagesIsRefused() {
        byte[] frame = Arrays.copyOf(frame(FrameType.CHANGED), 64 + 8);
        edit(frame).putInt(40, 8).putInt(44, 0).putInt(64, 0).putInt(68, Integer.MAX_VALUE);
        assertEquals(ErrorCode.INVALID, refusal(Frames.resealBody(frame, 8)));
    }

    @Test
    void aCountThatTheBodyCannotHoldIsRefused() {
        for (FrameType type : List.of(FrameType.TAIL, FrameType.CORRUPT, FrameType.KINDS)) {
            byte[] frame = Arrays.copyOf(frame(type), 64 + 4);
            edit(frame).putInt(40, 4).putInt(44, 0).putInt(64, Integer.MAX_VALUE);
            assertEquals(ErrorCode.INVALID, refusal(Frames.resealBody(frame, 4)), type.name());
        }
    }

    @Test
    void aReadThatNoFrameCouldAnswerIsRefused() {
        byte[] frame = frame(FrameType.READ);
        edit(frame).putInt(72, WireCodec.MAX_BLOCKS + 1);
        assertEquals(ErrorCode.INVALID, refusal(Frames.resealBody(frame, 16)));
    }

    @Test
    void bodiesOfNoiseUnderGoodChecksumsAreRefusedOrReadButNothingElse() {
        Random random = new Random(11);
        byte[][] good =
                Stream.of(FrameType.values())
                        .filter(type -> type.isRequest() || type.isReply())
                        .map(this::frame)
                        .toArray(byte[][]::new);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] frame = good[random.nextInt(good.length)].clone();
            int bodyBytes = edit(frame).getInt(40);
            for (int flips = 1 + random.nextInt(4); flips > 0 && bodyBytes > 0; flips--) {
                frame[64 + random.nextInt(bodyBytes)] = (byte) random.nextInt(256);
            }
            Frames.resealBody(frame, bodyBytes);
            try {
                assertEquals(1, Frames.decode(frame).size());
            } catch (StorageException e) {
                refused++;
            }
        }
        assertTrue(refused > 500, "only " + refused + " of 20000 were refused");
    }
}
