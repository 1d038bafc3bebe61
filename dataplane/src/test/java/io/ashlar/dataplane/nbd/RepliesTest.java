package io.ashlar.dataplane.nbd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ashlar.dataplane.volume.Allocation;
import io.ashlar.dataplane.volume.Allocation.Kind;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Golden bytes of every reply in every dialect. */
class RepliesTest {

    private static final RequestHeader REQUEST =
            new RequestHeader(0, 0, 0x1122334455667788L, 0x1000, 0x3000);
    private static final String COOKIE = "1122334455667788";
    private static final String OFFSET = "0000000000001000";
    private static final List<Allocation> RUNS =
            List.of(
                    new Allocation(0x1000, Kind.DATA),
                    new Allocation(0x1000, Kind.ZERO),
                    new Allocation(0x5000, Kind.HOLE));

    private final Replies simple = new Replies(Dialect.SIMPLE);
    private final Replies structured = new Replies(Dialect.STRUCTURED);
    private final Replies extended = new Replies(Dialect.EXTENDED);

    private static void golden(String expected, byte[] actual) {
        assertEquals(expected, HexFormat.of().formatHex(actual));
    }

    @Test
    void success() {
        golden("67446698" + "00000000" + COOKIE, simple.success(REQUEST));
        golden("668e33ef" + "0001" + "0000" + COOKIE + "00000000", structured.success(REQUEST));
        golden(
                "6e8a278c" + "0001" + "0000" + COOKIE + OFFSET + "0000000000000000",
                extended.success(REQUEST));
    }

    @Test
    void failure() {
        golden("67446698" + "0000001c" + COOKIE, simple.failure(REQUEST, NbdError.ENOSPC, "no"));
        golden(
                "668e33ef" + "0001" + "8001" + COOKIE + "00000008" + "0000001c" + "0002" + "6e6f",
                structured.failure(REQUEST, NbdError.ENOSPC, "no"));
        golden(
                ("6e8a278c" + "0001" + "8001" + COOKIE + OFFSET + "0000000000000008")
                        + ("0000001c" + "0002" + "6e6f"),
                extended.failure(REQUEST, NbdError.ENOSPC, "no"));
    }

    @Test
    void aMessageIsCutBeforeACharacterThatDoesNotFit() {
        byte[] reply = structured.failure(REQUEST, NbdError.EIO, "a" + "é".repeat(4000));
        assertEquals(20 + 6 + 4095, reply.length);
    }

    @Test
    void dataAndHoles() {
        golden(
                "668e33ef" + "0000" + "0001" + COOKIE + "00002008" + "0000000000002000",
                structured.data(REQUEST, 0, 0x2000, 0x2000));
        golden(
                ("6e8a278c" + "0001" + "0001" + COOKIE + OFFSET + "0000000000002008")
                        + "0000000000002000",
                extended.data(REQUEST, Replies.DONE, 0x2000, 0x2000));
        golden(
                ("668e33ef" + "0001" + "0002" + COOKIE + "0000000c")
                        + ("0000000000002000" + "00002000"),
                structured.hole(REQUEST, Replies.DONE, 0x2000, 0x2000));
        golden(
                ("6e8a278c" + "0000" + "0002" + COOKIE + OFFSET + "000000000000000c")
                        + ("0000000000002000" + "00002000"),
                extended.hole(REQUEST, 0, 0x2000, 0x2000));
    }

    @Test
    void blockStatusEndsWithTheRequest() {
        golden(
                ("668e33ef" + "0001" + "0005" + COOKIE + "0000001c" + "00000001")
                        + ("00001000" + "00000000")
                        + ("00001000" + "00000002")
                        + ("00001000" + "00000003"),
                structured.status(REQUEST, RUNS));
        golden(
                ("6e8a278c" + "0001" + "0006" + COOKIE + OFFSET + "0000000000000038")
                        + ("00000001" + "00000003")
                        + ("0000000000001000" + "0000000000000000")
                        + ("0000000000001000" + "0000000000000002")
                        + ("0000000000001000" + "0000000000000003"),
                extended.status(REQUEST, RUNS));
    }

    @Test
    void blockStatusOfOneRun() {
        RequestHeader one = new RequestHeader(Command.REQ_ONE, 7, 0x1122334455667788L, 0, 0x800);
        golden(
                ("668e33ef" + "0001" + "0005" + COOKIE + "0000000c" + "00000001")
                        + ("00000800" + "00000000"),
                structured.status(one, RUNS));
    }

    @Test
    void blockStatusHasABound() {
        List<Allocation> many = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            many.add(new Allocation(1, i % 2 == 0 ? Kind.DATA : Kind.HOLE));
        }
        RequestHeader all = new RequestHeader(0, 7, 1, 0, 20_000);
        assertEquals(20 + 4 + 8 * Replies.MAX_DESCRIPTORS, structured.status(all, many).length);
    }
}
