package io.ashlar.ops.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Some scenarios of {@code ops/faults}, in short: no acknowledged write lost, every history
 * linearizable, all mirrors identical (P1 to P4, P7, P9, P10). Whatever comes of it, {@code
 * target/faults} keeps the histories, with a time line and the longest stall of each scenario, and
 * {@code summary.txt} and {@code summary.json} of all; the test's output names them.
 */
class FaultsIT {

    private static final Duration LIMIT = Duration.ofMinutes(20);

    private static final List<String> ANYWHERE =
            List.of(
                    "mirror-killed",
                    "mirror-frozen",
                    "coordinator-killed",
                    "corrupted-block",
                    "mirror-drained",
                    "server-lost",
                    "disk-replaced");

    private static final Path KEPT = Path.of("target", "faults").toAbsolutePath();

    /** These cut links, which only root can do. */
    private static final List<String> AS_ROOT = List.of("mirror-deaf", "coordinator-cut");

    /**
     * What a busy machine adds to a stall: the targets themselves are for ops/faults on a quiet
     * one.
     */
    private static final double SLACK_SECONDS = 3;

    @TestFactory
    Stream<DynamicTest> losesNothing() throws IOException {
        Writer.require();
        Program.require("ip", "iproute2");
        List<String> command = new ArrayList<>(List.of(Path.of("faults").toAbsolutePath() + ""));
        command.addAll(List.of("--quick", "--json", "--out", KEPT.toString()));
        List<String> scenarios = new ArrayList<>(ANYWHERE);
        if (Program.run(LIMIT, "id", "-u").strip().equals("0")) {
            scenarios.addAll(AS_ROOT);
        }
        command.addAll(scenarios);
        Path summary = KEPT.resolve("summary.json");
        Files.deleteIfExists(summary);
        // Before anything can go wrong, so that it is in the report of a failure, too.
        System.out.println("histories and reports: " + KEPT + ", first of all summary.txt");
        try (Program faults = Program.start(command)) {
            String printed = faults.end(LIMIT);
            assertTrue(Files.exists(summary), printed);
            JsonNode report = LocalCluster.json(read(summary));
            assertTrue(report.get("aborted").isNull(), printed);
            assertEquals(scenarios.size(), report.get("scenarios").size(), printed);
            return StreamSupport.stream(report.get("scenarios").spliterator(), false)
                    .map(result ->
                            dynamicTest(result.get("scenario").asText(), () -> check(result)));
        }
    }

    private static void check(JsonNode result) {
        String said = read(KEPT.resolve(result.get("scenario").asText()).resolve("report.txt"));
        System.out.println(said);
        assertEquals(0, result.get("failures").size(), said);
        assertTrue(result.get("mirrorsIdentical").asBoolean(), said);
        assertTrue(result.get("flushed").asInt() > 0, said);
        assertTrue(Files.exists(Path.of(result.get("history").asText())), said);
        double limit = result.get("targetSeconds").asDouble() + SLACK_SECONDS;
        assertTrue(result.get("longestStallSeconds").asDouble() < limit, said);
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
