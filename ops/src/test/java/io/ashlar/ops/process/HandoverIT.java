package io.ashlar.ops.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A volume goes from server to server on command, under writes at its holder and elsewhere. */
class HandoverIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int WRITES = 300;

    /** 0.3 s is the aim; a machine that builds something else meanwhile needs more. */
    private static final double LONGEST_STALL_SECONDS = 4;

    @Test
    void noClientSeesMoreThanAShortPause() {
        Writer.require();
        try (LocalCluster cluster = LocalCluster.start("handover", 3)) {
            cluster.ashlar("volume", "create", "log", "--size", "64MiB");
            try (Writer atHolder = Writer.start(cluster.uri("server-1", "log"))) {
                atHolder.awaitMore(WRITES, LIMIT);
                try (Writer elsewhere =
                        Writer.start("--first", "8192", cluster.uri("server-2", "log"))) {
                    elsewhere.awaitMore(WRITES, LIMIT);
                    assertEquals(Optional.of("server-1"), cluster.volume("log").coordinator());

                    // To a server without clients, to one with clients, and back.
                    for (String to : List.of("server-3", "server-2", "server-1")) {
                        String said = cluster.ashlar("volume", "handover", "log", "--to", to);
                        assertTrue(said.contains(" to " + to), said);
                        assertEquals(Optional.of(to), cluster.volume("log").coordinator());
                        atHolder.awaitMore(WRITES, LIMIT);
                        elsewhere.awaitMore(WRITES, LIMIT);
                    }
                    check("at the first holder", atHolder.finish());
                    check("at another server", elsewhere.finish());
                }
            }
            String refused = cluster.ashlarFails("volume", "handover", "nosuch");
            assertTrue(refused.contains("no volume 'nosuch'"), refused);
        }
    }

    private static void check(String client, JsonNode summary) {
        System.out.println("handed over three times, client " + client + ": " + summary);
        assertEquals(0, summary.get("lost").size());
        assertEquals(0, summary.get("unanswered").asInt());
        assertEquals(1, summary.get("attachments").asInt());
        assertTrue(
                summary.get("longestStallSeconds").asDouble() < LONGEST_STALL_SECONDS,
                summary::toString);
    }
}
