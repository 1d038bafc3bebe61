package io.ashlar.metadata.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.event.Event;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * The files {@code golden/1/*.hex} hold one sample a line, as the version wrote it that had it
 * first. Lines are only ever added, at the end: every later version must read them all, and write
 * them so.
 */
class GoldenTest {

    private static List<String> golden(String name) throws IOException {
        try (InputStream file =
                Objects.requireNonNull(
                        GoldenTest.class.getResourceAsStream("/golden/1/" + name + ".hex"))) {
            return new String(file.readAllBytes(), UTF_8).lines().toList();
        }
    }

    private static <T> void check(
            String name, List<T> samples, Function<T, byte[]> write, Function<ByteBuffer, T> read)
            throws IOException {
        List<String> written = samples.stream().map(write).map(HexFormat.of()::formatHex).toList();
        assertEquals(golden(name), written);
        assertEquals(
                samples,
                golden(name).stream()
                        .map(HexFormat.of()::parseHex)
                        .map(ByteBuffer::wrap)
                        .map(read)
                        .toList());
    }

    @Test
    void eventsArex() throws IOException {
        check("events", Samples.events(), EventCodec::toBytes, EventCodec::fromBytes);
    }

    @Test
    void commandsArex() throws IOException {
        check("commands", Samples.commands(), CommandCodec::toBytes, CommandCodec::fromBytes);
    }

    @Test
    void queriesArex() throws IOException {
        check("queries", Samples.asks(), QueryCodec::toBytes, QueryCodec::fromBytes);
    }

    @Test
    void repliesArex() throws IOException {
        check("replies", Samples.replies(), ReplyCodec::toBytes, ReplyCodec::fromBytes);
    }

    @Test
    void thereIsASampleOfEveryKind() {
        assertEquals(Event.class.getPermittedSubclasses().length, kinds(Samples.events()));
        assertEquals(Command.class.getPermittedSubclasses().length, kinds(Samples.commands()));
        assertEquals(Reply.class.getPermittedSubclasses().length, kinds(Samples.replies()));
        assertEquals(Ask.class.getPermittedSubclasses().length, kinds(Samples.asks()));
    }

    private static long kinds(List<?> samples) {
        return samples.stream().map(Object::getClass).distinct().count();
    }

    @Test
    void refusesAnEventOfALaterVersion() {
        // Field 999, of length 0: a kind that this version does not know.
        byte[] later = HexFormat.of().parseHex("ba3e00");
        StorageException e =
                assertThrows(
                        StorageException.class, () -> EventCodec.fromBytes(ByteBuffer.wrap(later)));
        assertEquals(ErrorCode.WRONG_VERSION, e.code());
    }

    @Test
    void refusesAnEventCutShortAnywhere() {
        for (Event event : Samples.events()) {
            byte[] bytes = EventCodec.toBytes(event);
            for (int cut = 0; cut < bytes.length; cut++) {
                ByteBuffer part = ByteBuffer.wrap(bytes, 0, cut);
                assertThrows(StorageException.class, () -> EventCodec.fromBytes(part));
            }
        }
    }
}
