package io.ashlar.dataplane.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The bytes of version 1, as they were first written and as they will be read for ever. */
class GoldenFramesTest {

    private static final String PLACE = "/io/ashlar/dataplane/net/golden/v1/";

    @Test
    void everyTypeHasAGoldenFrame() {
        assertEquals(
                Arrays.stream(FrameType.values())
                        .map(FrameType::number)
                        .collect(Collectors.toSet()),
                GoldenMessages.all().keySet().stream()
                        .map(name -> golden(name)[5] & 0xFF)
                        .collect(Collectors.toSet()));
    }

    @Test
    void whatIsWrittenTodayIsWhatWasWrittenThen() {
        GoldenMessages.all()
                .forEach((name, content) ->
                        assertEquals(hex(golden(name)), hex(frame(name, content)), name));
    }

    @Test
    void goldenFramesAreReadWhereverTheStreamIsCut() {
        GoldenMessages.all().forEach(GoldenFramesTest::readsAtEveryCut);
    }

    private static void readsAtEveryCut(String name, Object content) {
        byte[] frame = golden(name);
        for (int cut = 0; cut <= frame.length; cut++) {
            List<Object> read =
                    Frames.decode(
                            Arrays.copyOfRange(frame, 0, cut),
                            Arrays.copyOfRange(frame, cut, frame.length));
            assertTrue(DeepEquality.same(List.of(content), read), name + " cut at " + cut);
        }
    }

    @Test
    void aStreamOfAllOfThemIsReadByteByByteAndAtOnce() {
        Map<String, Object> all = GoldenMessages.all();
        byte[] stream =
                HexFormat.of()
                        .parseHex(
                                all.keySet().stream()
                                        .map(name -> HexFormat.of().formatHex(golden(name)))
                                        .collect(Collectors.joining()));
        byte[][] single = new byte[stream.length][];
        for (int i = 0; i < stream.length; i++) {
            single[i] = new byte[] {stream[i]};
        }
        List<Object> contents = List.copyOf(all.values());
        assertTrue(DeepEquality.same(contents, Frames.decode(single)));
        assertTrue(DeepEquality.same(contents, Frames.decode(stream)));
    }

    private static byte[] frame(String name, Object content) {
        return Frames.of(content, name.equals("welcome") ? FrameType.WELCOME : FrameType.HELLO);
    }

    private static String hex(byte[] frame) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < frame.length; i += 32) {
            int end = Math.min(i + 32, frame.length);
            lines.append(HexFormat.of().formatHex(frame, i, end)).append('\n');
        }
        return lines.toString();
    }

    private static byte[] golden(String name) {
        try (InputStream in = GoldenFramesTest.class.getResourceAsStream(PLACE + name + ".hex")) {
            String text =
                    new String(
                            Objects.requireNonNull(in, name).readAllBytes(),
                            StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(text.replace("\n", ""));
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }

    /** Writes the frames that are not there yet: {@code main <src/test/resources>}. */
    public static void main(String[] args) throws IOException {
        Path place = Path.of(args[0] + PLACE);
        Files.createDirectories(place);
        for (Map.Entry<String, Object> e : GoldenMessages.all().entrySet()) {
            Path file = place.resolve(e.getKey() + ".hex");
            if (!Files.exists(file)) {
                Files.writeString(file, hex(frame(e.getKey(), e.getValue())));
            }
        }
    }
}
