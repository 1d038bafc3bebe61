package io.ashlar.dataplane.nbd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The option haggling, option by option, error by error. */
class HandshakeTest {

    private static final String REPLY = "0003e889045565a9";

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void greetsAsFixedNewstyleWithoutZeroes() {
        assertEquals(
                "4e42444d41474943" + "49484156454f5054" + "0003",
                HexFormat.of().formatHex(Handshake.greeting()));
    }

    @Test
    void closesOnUnknownClientFlags() {
        assertTrue(new Dialogue(TlsMode.OFF).flags(4 | Dialogue.FIXED).closed.isPresent());
    }

    @Test
    void answersExportNameWithSizeFlagsAndZeroes() {
        Dialogue zeroes = new Dialogue(TlsMode.OFF).flags(Dialogue.FIXED);
        zeroes.option(OptionCode.EXPORT_NAME, ascii("vol"));
        assertEquals("0000000040000000" + "0d6d" + "00".repeat(124), zeroes.hex());
        Dialogue none = Dialogue.plain().option(OptionCode.EXPORT_NAME, ascii("vol"));
        assertEquals("0000000040000000" + "0d6d", none.hex());
        assertEquals(
                new Session("vol", Dialect.SIMPLE, false, Access.READ_WRITE),
                none.session.orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({"nothing", "secret", "'nul\0'"})
    void closesOnAnExportNameThatItCannotServe(String name) {
        Dialogue dialogue = Dialogue.plain().option(OptionCode.EXPORT_NAME, ascii(name));
        assertTrue(dialogue.closed.isPresent());
        assertEquals("", dialogue.hex());
    }

    @Test
    void servesAClientThatIsNotFixedNewstyle() {
        Dialogue old = new Dialogue(TlsMode.OFF).flags(0);
        assertTrue(old.option(OptionCode.EXPORT_NAME, ascii("vol")).session.isPresent());
    }

    @Test
    void answersGoWithAllThatIsAskedFor() {
        Dialogue dialogue = Dialogue.plain();
        dialogue.option(OptionCode.GO, Dialogue.export("vol", 3, 1, 2, 3, 77));
        String description = HexFormat.of().formatHex(ascii("Ashlar volume of 1GiB"));
        assertEquals(
                (REPLY
                                + "00000007"
                                + "00000003"
                                + "0000000c"
                                + "0000"
                                + "0000000040000000"
                                + "0d6d")
                        + (REPLY + "00000007" + "00000003" + "00000005" + "0001" + "766f6c")
                        + (REPLY + "00000007" + "00000003" + "00000017" + "0002" + description)
                        + (REPLY + "00000007" + "00000003" + "0000000e" + "0003")
                        + ("00000001" + "00001000" + "02000000")
                        + (REPLY + "00000007" + "00000001" + "00000000"),
                dialogue.hex());
        assertTrue(dialogue.session.isPresent());
    }

    @Test
    void answersInfoAndGoesOn() {
        Dialogue dialogue = Dialogue.plain();
        dialogue.option(OptionCode.INFO, Dialogue.export("vol"));
        assertEquals(OptionReply.ACK, dialogue.lastKind());
        assertTrue(dialogue.session.isEmpty());
        dialogue.option(OptionCode.GO, Dialogue.export("vol"));
        assertTrue(dialogue.session.isPresent());
    }

    @ParameterizedTest
    @CsvSource({"nothing, 0x80000006", "secret, 0x80000002"})
    void refusesExportsThatItCannotServe(String name, long kind) {
        for (int option : new int[] {OptionCode.INFO, OptionCode.GO}) {
            Dialogue dialogue = Dialogue.plain().option(option, Dialogue.export(name));
            assertEquals((int) kind, dialogue.lastKind());
            assertTrue(dialogue.session.isEmpty() && dialogue.closed.isEmpty());
        }
    }

    @Test
    void saysWhyAVolumeCannotBeAttached() {
        Dialogue dialogue = Dialogue.plain();
        dialogue.unavailable = true;
        dialogue.option(OptionCode.GO, Dialogue.export("vol"));
        Dialogue.Answer answer = dialogue.answers().getLast();
        assertEquals(OptionReply.ERR_POLICY, answer.kind());
        assertEquals(
                "held by a live coordinator",
                new String(HexFormat.of().parseHex(answer.hex()), StandardCharsets.UTF_8));
        assertTrue(dialogue.closed.isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "GO with nothing, 7, ''",
        "GO with a name too long for its data, 7, 00000004766f6c0000",
        "GO with fewer requests than said, 7, 00000003766f6c00020003",
        "GO with more requests than said, 7, 00000003766f6c000100030001",
        "GO with a negative name length, 7, ffffffff766f6c0000",
        "GO with NUL in the name, 7, 00000003760a000000",
        "GO with a name that is not UTF-8, 7, 00000003ff80800000",
        "INFO with half a header, 6, 000000",
        "LIST with data, 3, 00",
        "STRUCTURED_REPLY with data, 8, 00",
        "EXTENDED_HEADERS with data, 11, 00",
        "STARTTLS with data, 5, 00",
        "LIST_META_CONTEXT before STRUCTURED_REPLY, 9, 00000003766f6c00000000",
        "SET_META_CONTEXT before STRUCTURED_REPLY, 10, 00000003766f6c00000000",
    })
    void refusesMalformedOptions(String what, int option, String hex) {
        Dialogue dialogue = Dialogue.plain().option(option, HexFormat.of().parseHex(hex));
        assertEquals(OptionReply.ERR_INVALID, dialogue.lastKind(), what);
        assertTrue(dialogue.closed.isEmpty(), what);
    }

    @ParameterizedTest
    @CsvSource({
        "query beyond the data, 00000003766f6c00000001000000ff62",
        "more queries than said, 00000003766f6c0000000000000001",
        "no colon, 00000003766f6c000000010000000462617365",
        "no namespace, 00000003766f6c00000001000000023a78",
        "no count, 00000003766f6c",
    })
    void refusesMalformedContexts(String what, String hex) {
        for (int option : new int[] {OptionCode.LIST_META_CONTEXT, OptionCode.SET_META_CONTEXT}) {
            Dialogue dialogue = Dialogue.plain().option(OptionCode.STRUCTURED_REPLY);
            dialogue.option(option, HexFormat.of().parseHex(hex));
            assertEquals(OptionReply.ERR_INVALID, dialogue.lastKind(), what);
        }
    }

    @ParameterizedTest
    @CsvSource({"4", "12", "0", "2147483647", "-1"})
    void doesNotKnowOtherOptions(int option) {
        Dialogue dialogue = Dialogue.plain().option(option, new byte[100]);
        assertEquals(OptionReply.ERR_UNSUP, dialogue.lastKind());
    }

    @Test
    void listsWhatMayBeAttached() {
        Dialogue dialogue = Dialogue.plain().option(OptionCode.LIST);
        assertEquals(
                List.of(
                        new Dialogue.Answer(3, OptionReply.SERVER, "00000002726f"),
                        new Dialogue.Answer(3, OptionReply.SERVER, "00000003766f6c"),
                        new Dialogue.Answer(3, OptionReply.ACK, "")),
                dialogue.answers());
    }

    @Test
    void acknowledgesAbortAndCloses() {
        Dialogue dialogue = Dialogue.plain().option(OptionCode.ABORT, new byte[5]);
        assertEquals(OptionReply.ACK, dialogue.lastKind());
        assertTrue(dialogue.closed.isPresent());
    }

    @Test
    void selectsAllocationForTheExportItWasSelectedFor() {
        byte[] base = Dialogue.contexts("vol", "qemu:dirty", "base:allocation", "base:other");
        Dialogue dialogue = Dialogue.plain().option(OptionCode.STRUCTURED_REPLY);
        dialogue.answers();
        dialogue.option(OptionCode.SET_META_CONTEXT, base);
        assertEquals(
                List.of(
                        new Dialogue.Answer(
                                10,
                                OptionReply.META_CONTEXT,
                                "00000001626173653a616c6c6f636174696f6e"),
                        new Dialogue.Answer(10, OptionReply.ACK, "")),
                dialogue.answers());
        dialogue.option(OptionCode.GO, Dialogue.export("vol"));
        assertTrue(dialogue.session.orElseThrow().blockStatus());

        Dialogue other = Dialogue.plain().option(OptionCode.STRUCTURED_REPLY);
        other.option(OptionCode.SET_META_CONTEXT, base);
        other.option(OptionCode.GO, Dialogue.export("ro"));
        assertFalse(other.session.orElseThrow().blockStatus());
    }

    @ParameterizedTest
    @CsvSource({
        "9, '', 1", "9, base:, 1", "9, base:allocation, 1", "9, base:x, 0", "9, qemu:, 0",
        "10, '', 0", "10, base:, 0", "10, base:allocation, 1", "10, base:x, 0", "10, qemu:, 0",
    })
    void findsContextsByQuery(int option, String query, int found) {
        Dialogue dialogue = Dialogue.plain().option(OptionCode.STRUCTURED_REPLY);
        dialogue.answers();
        byte[] data = query.isEmpty() ? Dialogue.contexts("vol") : Dialogue.contexts("vol", query);
        dialogue.option(option, data);
        assertEquals(found + 1, dialogue.answers().size());
    }

    @Test
    void aFailedSelectionForgetsTheOneBefore() {
        Dialogue dialogue = Dialogue.plain().option(OptionCode.STRUCTURED_REPLY);
        dialogue.option(OptionCode.SET_META_CONTEXT, Dialogue.contexts("vol", "base:allocation"));
        dialogue.option(OptionCode.SET_META_CONTEXT, Dialogue.contexts("vol", "nocolon"));
        dialogue.option(OptionCode.GO, Dialogue.export("vol"));
        assertFalse(dialogue.session.orElseThrow().blockStatus());
    }

    @Test
    void refusesContextsOfExportsThatItCannotServe() {
        Dialogue dialogue = Dialogue.plain().option(OptionCode.STRUCTURED_REPLY);
        dialogue.option(OptionCode.SET_META_CONTEXT, Dialogue.contexts("nothing", "base:x"));
        assertEquals(OptionReply.ERR_UNKNOWN, dialogue.lastKind());
        dialogue.option(OptionCode.LIST_META_CONTEXT, Dialogue.contexts("secret"));
        assertEquals(OptionReply.ERR_POLICY, dialogue.lastKind());
    }

    @Test
    void extendedHeadersTakePrecedence() {
        Dialogue dialogue = Dialogue.plain().option(OptionCode.EXTENDED_HEADERS);
        assertEquals(OptionReply.ACK, dialogue.lastKind());
        dialogue.option(OptionCode.STRUCTURED_REPLY);
        assertEquals(OptionReply.ERR_EXT_HEADER_REQD, dialogue.lastKind());
        dialogue.option(OptionCode.SET_META_CONTEXT, Dialogue.contexts("vol", "base:allocation"));
        assertEquals(OptionReply.ACK, dialogue.lastKind());
        dialogue.option(OptionCode.GO, Dialogue.export("vol"));
        Session session = dialogue.session.orElseThrow();
        assertEquals(Dialect.EXTENDED, session.dialect());
        assertTrue((ExportFlags.of(session) & ExportFlags.BLOCK_STATUS_PAYLOAD) != 0);
        Dialogue old = Dialogue.plain().option(OptionCode.EXTENDED_HEADERS);
        assertTrue(old.option(OptionCode.EXPORT_NAME, ascii("vol")).closed.isPresent());
    }

    @Test
    void aReadOnlyExportOffersNoChanges() {
        Dialogue dialogue = Dialogue.plain().option(OptionCode.EXPORT_NAME, ascii("ro"));
        assertEquals("0000000040000000" + "050f", dialogue.hex());
    }

    @Test
    void hasNoDefaultExport() {
        for (int option : new int[] {OptionCode.INFO, OptionCode.GO, OptionCode.SET_META_CONTEXT}) {
            Dialogue dialogue = Dialogue.plain().option(OptionCode.STRUCTURED_REPLY);
            boolean context = option == OptionCode.SET_META_CONTEXT;
            dialogue.option(option, context ? Dialogue.contexts("") : Dialogue.export(""));
            Dialogue.Answer answer = dialogue.answers().getLast();
            assertEquals(OptionReply.ERR_UNKNOWN, answer.kind());
            assertEquals(
                    "there is no default export: name a volume",
                    new String(HexFormat.of().parseHex(answer.hex()), StandardCharsets.UTF_8));
            assertTrue(dialogue.closed.isEmpty());
        }
        assertTrue(Dialogue.plain().option(OptionCode.EXPORT_NAME).closed.isPresent());
    }

    @ParameterizedTest
    @CsvSource({
        "99, 0x80000001",
        "0, 0x80000001",
        "3, 0x80000003",
        "5, 0x80000003",
        "6, 0x80000009",
        "7, 0x80000009",
        "8, 0x80000003",
        "9, 0x80000009",
        "10, 0x80000009",
        "11, 0x80000003",
    })
    void answersAnOptionTooLongToKeepAsItsRulesSay(int option, long kind) {
        Dialogue dialogue = new Dialogue(TlsMode.OPTIONAL).flags(Dialogue.FIXED);
        assertEquals((int) kind, dialogue.option(option, new byte[100_000]).lastKind());
        assertEquals(OptionReply.ACK, dialogue.option(OptionCode.LIST).lastKind());
    }

    @Test
    void closesOnAnExportNameTooLongAndAcknowledgesAnAbortOfAnyLength() {
        byte[] data = new byte[100_000];
        assertTrue(Dialogue.plain().option(OptionCode.EXPORT_NAME, data).closed.isPresent());
        Dialogue abort = Dialogue.plain().option(OptionCode.ABORT, data);
        assertEquals(OptionReply.ACK, abort.lastKind());
        assertTrue(abort.closed.isPresent());
    }

    @Test
    void aSelectionTooLongForgetsTheOneBefore() {
        Dialogue dialogue = Dialogue.plain().option(OptionCode.STRUCTURED_REPLY);
        dialogue.option(OptionCode.SET_META_CONTEXT, Dialogue.contexts("vol", "base:allocation"));
        dialogue.option(OptionCode.SET_META_CONTEXT, new byte[100_000]);
        dialogue.option(OptionCode.GO, Dialogue.export("vol"));
        assertFalse(dialogue.session.orElseThrow().blockStatus());
    }

    @Test
    void closesOnWhatIsNoOption() {
        assertTrue(Dialogue.plain().feed(new byte[16]).closed.isPresent());
        byte[] huge = ByteBuffer.allocate(16).putLong(Magic.OPTION).putInt(99).putInt(-1).array();
        assertTrue(Dialogue.plain().feed(huge).closed.isPresent());
    }

    @Test
    void closesOnOptionsWithoutEnd() {
        Dialogue dialogue = Dialogue.plain();
        for (int i = 0; i < 16; i++) {
            dialogue.option(99);
        }
        assertTrue(dialogue.closed.isEmpty());
        assertTrue(dialogue.option(99).closed.isPresent());
    }

    @Test
    void tellsAWaitingClientThatTheServerCloses() {
        Dialogue idle = Dialogue.plain();
        idle.apply(new HandshakeInput.ShuttingDown());
        assertTrue(idle.closed.isPresent());

        Handshake waiting = Handshake.plain(TlsMode.OFF, _ -> Access.READ_WRITE, 9);
        waiting.apply(new HandshakeInput.ClientFlags(1));
        waiting.apply(new HandshakeInput.Option(OptionCode.GO, Dialogue.export("vol")));
        assertTrue(waiting.waiting());
        List<HandshakeEffect> effects = waiting.apply(new HandshakeInput.ShuttingDown());
        assertEquals(2, effects.size());
        assertTrue(
                effects.getFirst() instanceof HandshakeEffect.Send(byte[] bytes)
                        && ByteBuffer.wrap(bytes).getInt(12) == OptionReply.ERR_SHUTDOWN);
    }

    @Test
    void aConversationReadsTheSameAtEverySplit() {
        byte[] talk =
                concat(
                        ByteBuffer.allocate(4).putInt(3).array(),
                        Dialogue.optionBytes(OptionCode.STRUCTURED_REPLY, new byte[0]),
                        Dialogue.optionBytes(99, new byte[9000]),
                        Dialogue.optionBytes(
                                OptionCode.SET_META_CONTEXT,
                                Dialogue.contexts("vol", "base:allocation")),
                        Dialogue.optionBytes(OptionCode.LIST, new byte[0]),
                        Dialogue.optionBytes(OptionCode.GO, Dialogue.export("vol", 3)));
        Dialogue whole = new Dialogue(TlsMode.OFF).feed(talk);
        String expected = whole.hex();
        assertTrue(whole.session.isPresent());
        for (int split = 1; split < talk.length; split++) {
            Dialogue cut = new Dialogue(TlsMode.OFF);
            cut.feed(Arrays.copyOf(talk, split));
            cut.feed(Arrays.copyOfRange(talk, split, talk.length));
            assertEquals(expected, cut.hex(), "split at " + split);
            assertEquals(whole.session, cut.session);
        }
        Dialogue single = new Dialogue(TlsMode.OFF);
        for (byte b : talk) {
            single.feed(new byte[] {b});
        }
        assertEquals(expected, single.hex());
    }

    static byte[] concat(byte[]... parts) {
        ByteBuffer all =
                ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }
}
