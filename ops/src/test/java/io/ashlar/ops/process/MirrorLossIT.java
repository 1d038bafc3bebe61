package io.ashlar.ops.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ashlar.ops.report.VolumeReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers die one after the other under a copy of a file system (P1, P7). */
class MirrorLossIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final long MIB = 1L << 20;
    private static final int IMAGE_MIB = 400;
    private static final int CHANGED_MIB = 8;
    private static final Pattern COPIED = Pattern.compile("in sync again, (\\d+) bytes copied");

    @Test
    void aCopyOutlivesEveryServerInTurn(@TempDir Path scratch) {
        Program.require("mkfs.ext4", "e2fsprogs");
        Program.require("qemu-img", "qemu-utils");
        Program.require("nbdcopy", "libnbd-bin");
        String image = Ext4Image.make(scratch, 256, IMAGE_MIB).toString();
        try (LocalCluster cluster = LocalCluster.start("mirror-loss", 3)) {
            cluster.ashlar("volume", "create", "files", "--size", IMAGE_MIB + "MiB");

            // 1. A mirror's server dies while the image is copied in through server-1.
            copyInAndKill(cluster, image, "server-2");
            assertIdentical(cluster, image, "server-1");
            assertTrue(missing(cluster.volume("files")).contains("server-2"));

            // 2. It returns and catches up with what it missed, which the tables show.
            cluster.restart("server-2");
            cluster.awaitInSync("files", LIMIT);
            long missedMost = bytesCopied(cluster, 1);
            assertTrue(missedMost <= IMAGE_MIB * MIB, () -> missedMost + " bytes copied");

            // 3. Away for a small change, it copies about that and not the volume.
            cluster.kill("server-2");
            change(image);
            change(cluster.uri("server-1", "files"));
            cluster.restart("server-2");
            cluster.awaitInSync("files", LIMIT);
            long missedLittle = bytesCopied(cluster, 2);
            System.out.println(
                    "resync: %d bytes copied after the image, %d after a change of %d MiB"
                            .formatted(missedMost, missedLittle, CHANGED_MIB));
            assertTrue(missedLittle >= CHANGED_MIB * MIB, () -> missedLittle + " bytes copied");
            assertTrue(missedLittle <= 2 * CHANGED_MIB * MIB, () -> missedLittle + " bytes copied");
            JsonNode shown =
                    LocalCluster.json(cluster.ashlar("volume", "show", "files", "-o", "json"));
            shown.get("mirrors").forEach(m -> assertTrue(m.get("inSync").asBoolean()));

            // 4. Both others die, one after the other: the one that returned has it all.
            cluster.kill("server-3");
            assertIdentical(cluster, image, "server-1");
            cluster.kill("server-1");
            assertIdentical(cluster, image, "server-2");
        }
    }

    private static void copyInAndKill(LocalCluster cluster, String image, String victim) {
        String uri = cluster.uri("server-1", "files");
        try (Program copy = Program.start(List.of("nbdcopy", "--flush", image, uri))) {
            cluster.await("the copy has begun", "files", LIMIT, v -> v.coordinator().isPresent());
            copy.pause();
            assertTrue(copy.running(), "the copy was over before the kill");
            cluster.kill(victim);
            copy.resume();
            copy.succeed(LIMIT);
        }
    }

    /** Overwrites some MiB, the same in an image file and in a volume. */
    private static void change(String imageOrUri) {
        String write = "write -P 90 " + (IMAGE_MIB - 2 * CHANGED_MIB) + "M " + CHANGED_MIB + "M";
        Program.run(LIMIT, "qemu-io", "-f", "raw", "-c", write, "-c", "flush", imageOrUri);
    }

    private static void assertIdentical(LocalCluster cluster, String image, String server) {
        String verdict =
                Program.run(
                        LIMIT,
                        "qemu-img",
                        "compare",
                        "-f",
                        "raw",
                        "-F",
                        "raw",
                        image,
                        cluster.uri(server, "files"));
        assertTrue(verdict.contains("Images are identical."), verdict);
    }

    private static List<String> missing(VolumeReport volume) {
        return volume.mirrors().stream()
                .filter(mirror -> !mirror.inSync())
                .map(VolumeReport.Mirror::server)
                .toList();
    }

    /**
     * What the newest resync of server-1's volumes copied, as its log says, which comes after the
     * tables.
     */
    private static long bytesCopied(LocalCluster cluster, int resyncs) {
        List<MatchResult> found =
                Await.until(
                        resyncs + " resyncs in the log",
                        LIMIT,
                        () -> COPIED.matcher(cluster.log("server-1")).results().toList(),
                        seen -> seen.size() >= resyncs);
        return Long.parseLong(found.getLast().group(1));
    }
}
