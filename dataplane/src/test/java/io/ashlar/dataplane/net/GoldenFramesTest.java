package io.ashlar.dataplane.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.dataplane.net.GoldenMessages.Golden;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The bytes of each version, as they were first written and as they will be read for ever. */
class GoldenFramesTest {

    private static final String PLACE = "/io/ashlar/dataplane/net/golden/";

    @Test
    void everyTypeHasAGoldenFrame() {
        assertEquals(
                Arrays.stream(FrameType.values())
                        .map(FrameType::number)
                        .collect(Collectors.toSet()),
                everything().map(message -> golden(message)[5] & 0xFF).collect(Collectors.toSet()));
    }

    @Test
    void whatIsWrittenTodayIsWhatWasWrittenThen() {
        everything()
                .forEach(message ->
                        assertEquals(hex(golden(message)), hex(frame(message)), message.file()));
    }

    @Test
    void goldenFramesAreReadWhereverTheStreamIsCut() {
        everything().forEach(GoldenFramesTest::readsAtEveryCut);
    }

    private static void readsAtEveryCut(Golden message) {
        byte[] frame = golden(message);
        for (int cut = 0; cut <= frame.length; cut++) {
            List<Object> read =
                    Frames.decode(
                            message.version(),
                            Arrays.copyOfRange(frame, 0, cut),
                            Arrays.copyOfRange(frame, cut, frame.length));
            assertTrue(
                    DeepEquality.same(List.of(message.content()), read),
                    message.file() + " cut at " + cut);
        }
    }

    @Test
    void aStreamOfAllOfThemIsReadByteByByteAndAtOnce() {
        for (int version = 1; version <= WireCodec.VERSION; version++) {
            List<Golden> all = GoldenMessages.of(version);
            byte[] stream =
                    HexFormat.of()
                            .parseHex(
                                    all.stream()
                                            .map(one -> HexFormat.of().formatHex(golden(one)))
                                            .collect(Collectors.joining()));
            byte[][] single = new byte[stream.length][];
            for (int i = 0; i < stream.length; i++) {
                single[i] = new byte[] {stream[i]};
            }
            List<Object> contents = all.stream().map(Golden::content).toList();
            assertTrue(DeepEquality.same(contents, Frames.decode(version, single)));
            assertTrue(DeepEquality.same(contents, Frames.decode(version, stream)));
        }
    }

    private static Stream<Golden> everything() {
        return IntStream.rangeClosed(1, WireCodec.VERSION)
                .boxed()
                .flatMap(version -> GoldenMessages.of(version).stream());
    }

    private static byte[] frame(Golden message) {
        return Frames.of(
                message.content(),
                message.name().equals("welcome") ? FrameType.WELCOME : FrameType.HELLO);
    }

    private static String hex(byte[] frame) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < frame.length; i += 32) {
            int end = Math.min(i + 32, frame.length);
            lines.append(HexFormat.of().formatHex(frame, i, end)).append('\n');
        }
        return lines.toString();
    }

    private static byte[] golden(Golden message) {
        try (InputStream in = GoldenFramesTest.class.getResourceAsStream(PLACE + message.file())) {
            String text =
                    new String(
                            Objects.requireNonNull(in, message.file()).readAllBytes(),
                            StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(text.replace("\n", ""));
        } catch (IOException e) {
            throw new AssertionError(message.file(), e);
        }
    }

    /** Writes the frames that are not there yet: {@code main <src/test/resources>}. */
    public static void main(String[] args) throws IOException {
        for (Golden message : everything().toList()) {
            Path file = Path.of(args[0] + PLACE + message.file());
            Files.createDirectories(file.getParent());
            if (!Files.exists(file)) {
                Files.writeString(file, hex(frame(message)));
            }
        }
    }
}
