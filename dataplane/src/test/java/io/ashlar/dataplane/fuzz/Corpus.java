package io.ashlar.dataplane.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/** Inputs that led somewhere, kept as a text of one input in hex a line. */
final class Corpus {

    private Corpus() {}

    /** What is kept of a target in the test resources. */
    static List<byte[]> of(String target) {
        try (InputStream in = Corpus.class.getResourceAsStream("/fuzz/" + target + ".txt")) {
            if (in == null) {
                return List.of();
            }
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))
                    .lines()
                    .map(HexFormat.of()::parseHex)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes inputs in the same form. */
    static void save(Path file, List<byte[]> inputs) throws IOException {
        Files.write(file, inputs.stream().map(HexFormat.of()::formatHex).toList());
    }
}
