package io.ashlar.dataplane.nbd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests cut from bytes, in both header forms, whatever the pieces they come in. */
class RequestReaderTest {

    private static final String COMPACT_WRITE =
            "25609513" + "0001" + "0001" + "1122334455667788" + "0000000000001000" + "00000003";
    private static final String COMPACT_READ =
            "25609513" + "0004" + "0000" + "8877665544332211" + "ffffffffffffffff" + "ffffffff";
    private static final String EXTENDED_WRITE =
            "21e41c71"
                    + "0021"
                    + "0001"
                    + "1122334455667788"
                    + "0000000000001000"
                    + "0000000000000003";
    private static final String EXTENDED_TRIM =
            "21e41c71"
                    + "0000"
                    + "0004"
                    + "8877665544332211"
                    + "0000000000000000"
                    + "0000010000000000";
    private static final String PAYLOAD = "616263";

    /** What the reader makes of two requests with payloads (the second's none) in these pieces. */
    private static List<String> read(Dialect dialect, byte[]... pieces) {
        RequestReader reader = new RequestReader(dialect);
        List<String> seen = new ArrayList<>();
        for (byte[] piece : pieces) {
            ByteBuf in = Unpooled.wrappedBuffer(piece);
            while (in.isReadable()) {
                switch (reader.next(in)) {
                    case STARVED -> {}
                    case HEADER -> {
                        seen.add(reader.header().toString());
                        long payload = reader.header().payloadBytes(dialect);
                        if (payload > 0) {
                            reader.receive(new byte[(int) payload]);
                        }
                    }
                    case PAYLOAD -> seen.add(HexFormat.of().formatHex(reader.takePayload()));
                    case BROKEN -> seen.add("broken");
                }
            }
        }
        return seen;
    }

    private static void sameAtEverySplit(Dialect dialect, String hex, List<String> expected) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertEquals(expected, read(dialect, bytes));
        for (int split = 0; split <= bytes.length; split++) {
            byte[] head = java.util.Arrays.copyOf(bytes, split);
            byte[] tail = java.util.Arrays.copyOfRange(bytes, split, bytes.length);
            assertEquals(expected, read(dialect, head, tail), "split at " + split);
        }
        byte[][] single = new byte[bytes.length][];
        for (int i = 0; i < bytes.length; i++) {
            single[i] = new byte[] {bytes[i]};
        }
        assertEquals(expected, read(dialect, single));
    }

    @Test
    void readsCompactRequestsAtEverySplit() {
        sameAtEverySplit(
                Dialect.STRUCTURED,
                COMPACT_WRITE + PAYLOAD + COMPACT_READ,
                List.of(
                        new RequestHeader(1, 1, 0x1122334455667788L, 4096, 3).toString(),
                        PAYLOAD,
                        new RequestHeader(4, 0, 0x8877665544332211L, -1, 0xffffffffL).toString()));
    }

    @Test
    void readsExtendedRequestsAtEverySplit() {
        sameAtEverySplit(
                Dialect.EXTENDED,
                EXTENDED_WRITE + PAYLOAD + EXTENDED_TRIM,
                List.of(
                        new RequestHeader(0x21, 1, 0x1122334455667788L, 4096, 3).toString(),
                        PAYLOAD,
                        new RequestHeader(0, 4, 0x8877665544332211L, 0, 1L << 40).toString()));
    }

    @Test
    void knowsTheMagicOfItsDialectOnly() {
        byte[] compact = HexFormat.of().parseHex(COMPACT_READ + "00000000");
        byte[] extended = HexFormat.of().parseHex(EXTENDED_TRIM);
        assertTrue(read(Dialect.EXTENDED, compact).getFirst().equals("broken"));
        assertTrue(read(Dialect.SIMPLE, extended).getFirst().equals("broken"));
    }

    @Test
    void skipsWithoutKeeping() {
        RequestReader reader = new RequestReader(Dialect.SIMPLE);
        reader.skip(5_000_000_000L);
        long left = 5_000_000_000L;
        ByteBuf piece = Unpooled.buffer(1 << 20).writeZero(1 << 20);
        while (left > piece.capacity()) {
            assertEquals(RequestReader.Step.STARVED, reader.next(piece.readerIndex(0)));
            left -= piece.capacity();
        }
        assertEquals(RequestReader.Step.PAYLOAD, reader.next(piece.readerIndex(0)));
        assertEquals(left, piece.readerIndex());
    }
}
