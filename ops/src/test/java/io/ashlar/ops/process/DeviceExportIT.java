package io.ashlar.ops.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole cluster is gone; each device alone still gives the volume back. */
class DeviceExportIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final long MIB = 1L << 20;

    @Test
    void everyDeviceGivesAFlushedVolumeBack(@TempDir Path scratch) throws Exception {
        Program.require("mkfs.ext4", "e2fsprogs");
        Program.require("qemu-img", "qemu-utils");
        Program.require("nbdcopy", "libnbd-bin");
        String image = Ext4Image.make(scratch, 40, 64).toString();
        try (LocalCluster cluster = LocalCluster.start("device-export", 2)) {
            cluster.ashlar("volume", "create", "files", "--size", "64MiB", "--mirrors", "2");
            Program.run(LIMIT, "nbdcopy", "--flush", image, cluster.uri("server-1", "files"));
            String device = cluster.device("server-1").toString();
            String refusal = cluster.ashlarFails("device", "verify", device);
            assertTrue(refusal.contains("open in another process"), refusal);
            List<String> processes =
                    List.of("server-1", "server-2", "metadata-1", "metadata-2", "metadata-3");
            processes.forEach(cluster::kill);

            for (String server : List.of("server-1", "server-2")) {
                device = cluster.device(server).toString();
                String copy = scratch.resolve(server).toString();
                cluster.ashlar("device", "verify", device);
                JsonNode done =
                        LocalCluster.json(
                                cluster.ashlar(
                                        "device",
                                        "export",
                                        device,
                                        "--volume",
                                        "files",
                                        "--to",
                                        copy,
                                        "-o",
                                        "json"));

                assertEquals(64 * MIB, done.get("size").asLong());
                assertEquals(-1, Files.mismatch(Path.of(image), Path.of(copy)));
            }
        }
    }
}
