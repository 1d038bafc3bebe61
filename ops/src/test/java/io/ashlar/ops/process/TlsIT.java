package io.ashlar.ops.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster that encrypts everything and knows its clients by their certificates. */
class TlsIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int IMAGE_BYTES = 8 << 20;

    @TempDir Path scratch;

    @Test
    void servesThoseWhoProveThemselvesAndNobodyElse() throws IOException {
        Program.require("nbdcopy", "libnbd-bin");
        Program.require("openssl", "openssl");
        Certificates certificates = Certificates.make(scratch);
        Path rules =
                Files.writeString(scratch.resolve("rules"), "owner  own-*  rw\nreader own-* ro\n");
        try (LocalCluster cluster =
                LocalCluster.startWith(
                        "tls",
                        List.of(
                                "--tls",
                                certificates.daemons().toString(),
                                "--server-option=--nbd-access",
                                "--server-option=" + rules))) {
            String tls = certificates.daemons().toString();
            cluster.ashlar("--tls", tls, "volume", "create", "own-1", "--size", "8MiB");
            cluster.ashlar("--tls", tls, "volume", "create", "other", "--size", "8MiB");

            Path image = scratch.resolve("image");
            byte[] content = new byte[IMAGE_BYTES];
            Arrays.fill(content, (byte) 7);
            Files.write(image, content);
            Path owner = certificates.client("owner");
            Path reader = certificates.client("reader");

            // Written at one server, read through another: links and forwarding are encrypted too.
            Program.run(LIMIT, "nbdcopy", image.toString(), uri(cluster, 1, "own-1", owner));
            Path copy = scratch.resolve("copy");
            Program.run(LIMIT, "nbdcopy", uri(cluster, 2, "own-1", reader), copy.toString());
            assertEquals(-1, Files.mismatch(image, copy));
            JsonNode shown =
                    LocalCluster.json(
                            cluster.ashlar("--tls", tls, "volume", "show", "own-1", "-o", "json"));
            assertEquals(3, shown.get("mirrors").size());
            shown.get("mirrors").forEach(m -> assertTrue(m.get("inSync").asBoolean(), m + ""));

            refused(image, uri(cluster, 1, "own-1", reader), "read");
            refused(image, uri(cluster, 1, "other", owner), "");
            refused(image, uri(cluster, 1, "own-1", owner).replace("nbds:", "nbd:"), "");
            assertTrue(
                    cluster.ashlarFails("status").contains("does not answer"),
                    "the metadata group answers a client without a certificate");
        }
    }

    private static String uri(LocalCluster cluster, int server, String volume, Path client) {
        return cluster.uri("server-" + server, volume) + "?tls-certificates=" + client;
    }

    private static void refused(Path image, String uri, String word) {
        String answer = Program.runToFailure(LIMIT, "nbdcopy", image.toString(), uri);
        assertTrue(answer.contains(word), answer);
    }
}
