package io.ashlar.ops.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ashlar.ops.report.VolumeReport;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Metadata peers die under writes; nothing else changes (P9). */
class MetadataLeaderLossIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration WITHOUT_QUORUM = Duration.ofSeconds(10);
    private static final int WRITES = 500;

    /** Far below the time without a quorum, and above what a busy machine costs. */
    private static final double LONGEST_STALL_SECONDS = 4;

    @Test
    void writesGoOnThroughTheLossOfTheLeaderAndOfTheQuorum() {
        Writer.require();
        try (LocalCluster cluster = LocalCluster.start("metadata-loss", 3)) {
            cluster.ashlar("volume", "create", "log", "--size", "64MiB");
            try (Writer writer = Writer.start(cluster.uri("server-1", "log"))) {
                writer.awaitMore(WRITES, LIMIT);
                VolumeReport before = cluster.volume("log");
                String leader = cluster.metadataLeader();

                cluster.kill(leader);
                writer.awaitMore(WRITES, LIMIT);
                String next = cluster.metadataLeader();
                assertNotEquals(leader, next);

                // No majority any more, and for much longer than any session or promise lasts.
                cluster.kill(next);
                long end = System.nanoTime() + WITHOUT_QUORUM.toNanos();
                while (System.nanoTime() < end) {
                    writer.awaitMore(1, LIMIT);
                }
                JsonNode summary = writer.finish();
                System.out.println("metadata leader killed, then the quorum: " + summary);
                assertEquals(0, summary.get("lost").size());
                assertEquals(0, summary.get("unanswered").asInt());
                assertEquals(1, summary.get("attachments").asInt());
                assertTrue(
                        summary.get("longestStallSeconds").asDouble() < LONGEST_STALL_SECONDS,
                        summary::toString);

                cluster.restart(leader);
                VolumeReport after = cluster.volume("log");
                assertEquals(before.epoch(), after.epoch());
                assertEquals(
                        before.extents().getFirst().inSync(), after.extents().getFirst().inSync());
            }
        }
    }
}
