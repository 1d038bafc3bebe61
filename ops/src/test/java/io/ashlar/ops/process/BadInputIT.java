package io.ashlar.ops.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.ops.report.VolumeReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wrong requests get a clear answer, and the daemons live on. */
class BadInputIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static LocalCluster cluster;

    @BeforeAll
    static void startCluster() {
        Program.require("nbdinfo", "libnbd-bin");
        Program.require("qemu-io", "qemu-utils");
        cluster = LocalCluster.start("bad-input", 3);
        cluster.ashlar("volume", "create", "good", "--size", "16MiB");
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    /** All six processes run, and a good client is served. */
    @AfterEach
    void everythingServes() {
        assertEquals(6, cluster.env().get("pids").size());
        String info = Program.run(LIMIT, "nbdinfo", "--size", cluster.uri("server-1", "good"));
        assertEquals(16L << 20, Long.parseLong(info.strip()));
    }

    @Test
    void namesAnUnknownExport() {
        String answer = Program.runToFailure(LIMIT, "nbdinfo", cluster.uri("server-2", "nothing"));

        assertTrue(answer.contains("nothing"), answer);
    }

    @Test
    void refusesVolumesThatCannotBe() {
        refused("0", "volume", "create", "bad", "--size", "0");
        refused("512", "volume", "create", "bad", "--size", "1000");
        refused("bad", "volume", "create", "bad", "--size", "4000PiB");
        refused("good", "volume", "create", "good", "--size", "1GiB");
        refused("4", "volume", "create", "bad", "--size", "1GiB", "--mirrors", "4");
        refused("absent", "volume", "delete", "absent");
    }

    /** One line that names the thing; a daemon may have logged before. */
    private static void refused(String thing, String... words) {
        String answer = cluster.ashlarFails(words);

        List<String> errors = answer.lines().filter(line -> line.startsWith("ashlar: ")).toList();
        assertEquals(List.of(answer.lines().toList().getLast()), errors, answer);
        assertTrue(errors.getFirst().contains(thing), answer);
    }

    @Test
    void refusesToStartOnAPortInUse(@TempDir Path scratch) {
        String taken = URI.create(cluster.uri("server-1", "x")).getAuthority();

        refused(
                taken,
                "server",
                "--name",
                "another",
                "--dir",
                scratch.toString(),
                "--device",
                scratch.resolve("device") + "=256MiB",
                "--peer",
                "127.0.0.1:0",
                "--nbd",
                taken);
    }

    @Test
    void refusesADeviceOfAnotherCluster(@TempDir Path scratch) {
        String foreign = scratch.resolve("home").toString();
        try (LocalCluster other = LocalCluster.start("bad-input-other", 1)) {
            String[] daemon = {
                "server",
                "--name",
                "wanderer",
                "--dir",
                foreign,
                "--peer",
                "127.0.0.1:0",
                "--nbd",
                "127.0.0.1:0",
                "--ready-file",
                scratch.resolve("ready").toString()
            };
            try (Program serving = other.daemon(daemon)) {
                Await.until(
                        "the server of the other cluster serves",
                        LIMIT,
                        () -> scratch.resolve("ready").toFile().exists(),
                        exists -> exists || !serving.running());
            }
            refused("cluster", daemon);
        }
    }

    @Test
    void survivesGarbageOnItsPorts() throws IOException {
        URI nbd = URI.create(cluster.uri("server-1", "x"));
        for (int port : List.of(nbd.getPort(), nbd.getPort() - 100)) {
            try (Socket socket = new Socket(nbd.getHost(), port)) {
                socket.setSoTimeout((int) LIMIT.toMillis());
                OutputStream out = socket.getOutputStream();
                out.write(
                        "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
                                .repeat(100)
                                .getBytes(StandardCharsets.US_ASCII));
                out.flush();
                drain(socket.getInputStream());
            }
        }
    }

    private static void drain(InputStream in) {
        try {
            in.readAllBytes();
        } catch (IOException reset) {
            // The other side hung up on us with our garbage unread: as good as an end.
            assertTrue(reset.toString().contains("reset"), reset.toString());
        }
    }

    @Test
    void aFullDeviceRefusesWritesAndKeepsWhatItHas() {
        try (LocalCluster small = LocalCluster.start("full-device", 1, 256L << 20)) {
            small.ashlar("volume", "create", "big", "--size", "1GiB", "--mirrors", "1");
            String uri = small.uri("server-1", "big");
            Program.run(LIMIT, "qemu-io", "-f", "raw", "-c", "write -P 7 0 1M", "-c", "flush", uri);

            String answer =
                    Program.runToFailure(
                            LIMIT, "qemu-io", "-f", "raw", "-c", "write -P 8 1M 600M", uri);

            assertTrue(answer.contains("No space left on device"), answer);
            Program.run(LIMIT, "qemu-io", "-f", "raw", "-c", "read -P 7 0 1M", uri);
            VolumeReport volume = small.volume("big");
            assertTrue(volume.mirrors().getFirst().inSync(), volume.toString());
            small.ashlar("volume", "delete", "big");
        }
    }
}
