package io.ashlar.ops.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Some scenarios of {@code ops/faults}, in short, on one cluster: no acknowledged write lost, every
 * history linearizable, all mirrors identical (P1 to P4, P9, P10). The histories stay in {@code
 * target/faults}.
 */
class FaultsIT {

    private static final Duration LIMIT = Duration.ofMinutes(12);

    private static final List<String> ANYWHERE =
            List.of("mirror-killed", "mirror-frozen", "coordinator-killed", "corrupted-block");

    /** These cut links, which only root can do. */
    private static final List<String> AS_ROOT = List.of("mirror-deaf", "coordinator-cut");

    /**
     * What a busy machine adds to a stall: the targets themselves are for ops/faults on a quiet
     * one.
     */
    private static final double SLACK_SECONDS = 3;

    @TestFactory
    Stream<DynamicTest> losesNothing() {
        Writer.require();
        Program.require("ip", "iproute2");
        List<String> command = new ArrayList<>(List.of(Path.of("faults").toAbsolutePath() + ""));
        command.addAll(List.of("--quick", "--json", "--out", "target/faults"));
        command.addAll(ANYWHERE);
        if (Program.run(LIMIT, "id", "-u").strip().equals("0")) {
            command.addAll(AS_ROOT);
        }
        try (Program faults = Program.start(command)) {
            JsonNode report = LocalCluster.json(faults.succeed(LIMIT));
            return StreamSupport.stream(report.get("scenarios").spliterator(), false)
                    .map(result ->
                            dynamicTest(result.get("scenario").asText(), () -> check(result)));
        }
    }

    private static void check(JsonNode result) {
        System.out.println(result);
        assertEquals(0, result.get("failures").size(), result::toString);
        assertTrue(result.get("mirrorsIdentical").asBoolean(), result::toString);
        assertTrue(result.get("flushed").asInt() > 0, result::toString);
        double limit = result.get("targetSeconds").asDouble() + SLACK_SECONDS;
        assertTrue(result.get("longestStallSeconds").asDouble() < limit, result::toString);
    }
}
