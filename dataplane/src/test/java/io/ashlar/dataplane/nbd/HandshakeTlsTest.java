package io.ashlar.dataplane.nbd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the document's three TLS modes ask of the haggling. */
class HandshakeTlsTest {

    private static Dialogue dialogue(TlsMode tls) {
        return new Dialogue(tls).flags(Dialogue.FIXED | Dialogue.NO_ZEROES);
    }

    @Test
    void withoutTlsRefusesItByPolicy() {
        Dialogue dialogue = dialogue(TlsMode.OFF).option(OptionCode.STARTTLS);
        assertEquals(OptionReply.ERR_POLICY, dialogue.lastKind());
        assertFalse(dialogue.encrypted);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 6, 7, 8, 9, 10, 11, 99})
    void requiredAnswersNothingBeforeIt(int option) {
        Dialogue dialogue = dialogue(TlsMode.REQUIRED).option(option, Dialogue.export("vol"));
        assertEquals(OptionReply.ERR_TLS_REQD, dialogue.lastKind());
        assertTrue(dialogue.closed.isEmpty() && dialogue.session.isEmpty());
    }

    @Test
    void requiredClosesOnExportNameAndOnClientsThatCannotDoIt() {
        byte[] name = "vol".getBytes(StandardCharsets.US_ASCII);
        Dialogue early = dialogue(TlsMode.REQUIRED).option(OptionCode.EXPORT_NAME, name);
        assertTrue(early.closed.isPresent() && early.hex().isEmpty());
        Dialogue old = new Dialogue(TlsMode.REQUIRED).flags(0).option(OptionCode.STARTTLS);
        assertTrue(old.closed.isPresent());
    }

    @Test
    void requiredAllowsAbort() {
        Dialogue dialogue = dialogue(TlsMode.REQUIRED).option(OptionCode.ABORT);
        assertEquals(OptionReply.ACK, dialogue.lastKind());
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONAL", "REQUIRED"})
    void startsAfreshOnceEncrypted(String mode) {
        Dialogue dialogue = dialogue(TlsMode.valueOf(mode));
        dialogue.option(OptionCode.STRUCTURED_REPLY);
        dialogue.option(OptionCode.STARTTLS);
        assertEquals(OptionReply.ACK, dialogue.lastKind());
        assertTrue(dialogue.encrypted);
        dialogue.option(OptionCode.STARTTLS);
        assertEquals(OptionReply.ERR_INVALID, dialogue.lastKind());
        dialogue.option(OptionCode.GO, Dialogue.export("vol"));
        assertEquals(Dialect.SIMPLE, dialogue.session.orElseThrow().dialect());
    }

    @Test
    void optionalServesPlainClients() {
        Dialogue dialogue = dialogue(TlsMode.OPTIONAL);
        dialogue.option(OptionCode.GO, Dialogue.export("vol"));
        assertTrue(dialogue.session.isPresent());
    }

    @ParameterizedTest
    @ValueSource(ints = {Dialogue.FIXED, Dialogue.FIXED | Dialogue.NO_ZEROES})
    void theClientsFlagsHoldOnceEncrypted(int flags) {
        byte[] name = "vol".getBytes(StandardCharsets.US_ASCII);
        Dialogue dialogue = new Dialogue(TlsMode.REQUIRED).flags(flags);
        dialogue.option(OptionCode.STARTTLS).hex();
        dialogue.option(OptionCode.EXPORT_NAME, name);
        String zeroes = (flags & Dialogue.NO_ZEROES) == 0 ? "00".repeat(124) : "";
        assertEquals("0000000040000000" + "0d6d" + zeroes, dialogue.hex());
    }

    @Test
    void requiredAnswersOptionsTooLongToKeepAsOthers() {
        byte[] data = new byte[100_000];
        Dialogue dialogue = dialogue(TlsMode.REQUIRED);
        assertEquals(OptionReply.ERR_TLS_REQD, dialogue.option(99, data).lastKind());
        assertEquals(
                OptionReply.ERR_INVALID, dialogue.option(OptionCode.STARTTLS, data).lastKind());
        assertEquals(OptionReply.ACK, dialogue.option(OptionCode.ABORT, data).lastKind());
    }
}
