package io.ashlar.ops.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The clients that people use, against three mirrors in six processes: what goes in at one server
 * is asked for at another, so that every suite is served both ways.
 */
class ClientSuitesIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static LocalCluster cluster;
    private static String holder = "";
    private static String elsewhere = "";

    @TempDir private Path scratch;

    @BeforeAll
    static void start() {
        Program.require("qemu-img", "qemu-utils");
        Program.require("nbdcopy", "libnbd-bin");
        Program.require("fio", "fio");
        cluster = LocalCluster.start("client-suites", 3);
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static void volume(String name, String size) {
        cluster.ashlar("volume", "create", name, "--size", size);
        holder = cluster.uri("server-1", name);
        elsewhere = cluster.uri("server-2", name);
    }

    private static String run(String... command) {
        return Program.run(LIMIT, command);
    }

    @Test
    void nbdToolsCopyAndInspect() {
        volume("nbd-tools", "96MiB");
        Path image = Ext4Image.make(scratch, 24, 96);
        run("nbdcopy", "--flush", image.toString(), holder);
        Path back = scratch.resolve("back.img");
        run("nbdcopy", elsewhere, back.toString());
        assertTrue(same(image, back));
        for (String uri : List.of(holder, elsewhere)) {
            JsonNode info = LocalCluster.json(run("nbdinfo", "--json", uri)).get("exports").get(0);
            assertEquals(96L << 20, info.get("export-size").asLong());
            assertTrue(info.get("can_multi_conn").asBoolean());
            String description = "Ashlar volume " + cluster.volume("nbd-tools").id() + " of 96MiB";
            assertEquals(description, info.get("description").asText());
        }
        assertTrue(run("nbdinfo", "--map", elsewhere).contains("data"));
        String script = "h.pwrite(b'x' * 777, 12345, nbd.CMD_FLAG_FUA); h.flush()";
        nbdsh(holder, script);
        nbdsh(
                elsewhere,
                "assert h.pread(777, 12345) == b'x' * 777; h.trim(4096, 0); h.zero(5000, 70000);"
                        + " assert h.pread(4096, 0) == bytes(4096);"
                        + " assert h.pread(5000, 70000) == bytes(5000)");
    }

    /** What nbdsh runs, with the interpreter that Debian's libnbd is installed for. */
    private static void nbdsh(String uri, String script) {
        run("/usr/bin/python3", "-mnbd", "-u", uri, "-c", script);
    }

    private static boolean same(Path one, Path other) {
        try {
            return Files.mismatch(one, other) == -1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void qemuToolsConvertCompareMapAndBench() {
        volume("qemu-tools", "96MiB");
        Path image = Ext4Image.make(scratch, 24, 96);
        String source = image.toString();
        run("qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", source, elsewhere);
        run("qemu-img", "compare", "-f", "raw", "-F", "raw", source, holder);
        run("qemu-img", "compare", "-f", "raw", "-F", "raw", source, elsewhere);
        assertTrue(run("qemu-img", "map", "-f", "raw", "--output=json", holder).contains("true"));
        Path qcow2 = scratch.resolve("back.qcow2");
        run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", elsewhere, qcow2.toString());
        run("qemu-img", "compare", "-f", "raw", "-F", "qcow2", source, qcow2.toString());
        run("qemu-img", "bench", "-f", "raw", "-c", "2000", "-d", "16", "-w", elsewhere);
        String said =
                run(
                        "qemu-io",
                        "-f",
                        "raw",
                        "-c",
                        "write -P 0x5a 1M 3M",
                        "-c",
                        "write -z 2M 64k",
                        "-c",
                        "discard 3M 64k",
                        "-c",
                        "flush",
                        "-c",
                        "read -P 0x5a 1M 1M",
                        "-c",
                        "read -P 0 2M 64k",
                        "-c",
                        "read -P 0 3M 64k",
                        holder);
        assertTrue(!said.contains("verification failed"), said);
    }

    @Test
    void fioVerifiesWhatItWroteThroughBothServers() {
        volume("fio", "64MiB");
        for (String uri : new String[] {holder, elsewhere}) {
            run(
                    "fio",
                    "--name=verify",
                    "--ioengine=nbd",
                    "--thread",
                    "--uri=" + uri,
                    "--rw=randwrite",
                    "--bsrange=512-64k",
                    "--bs_unaligned=1",
                    "--iodepth=16",
                    "--size=32M",
                    "--verify=crc32c",
                    "--verify_fatal=1",
                    "--verify_state_save=0",
                    "--fsync=64");
        }
    }

    @Test
    void imagesGoInAndOutByTheCommandLine() {
        volume("images", "96MiB");
        Path image = Ext4Image.make(scratch, 24, 80);
        String said = cluster.ashlar("volume", "import", "images", image.toString());
        assertTrue(said.contains("100 %") && said.contains("imported images"), said);
        Path qcow2 = scratch.resolve("out.qcow2");
        JsonNode report =
                LocalCluster.json(
                        cluster.ashlar(
                                "-o",
                                "json",
                                "volume",
                                "export",
                                "images",
                                qcow2.toString(),
                                "--format",
                                "qcow2"));
        assertEquals(96L << 20, report.get("bytes").asLong());
        run("qemu-img", "compare", "-f", "raw", "-F", "qcow2", image.toString(), qcow2.toString());
        cluster.ashlar("volume", "create", "small", "--size", "16MiB");
        String refused = cluster.ashlarFails("volume", "import", "small", image.toString());
        assertTrue(refused.contains("create a larger volume"), refused);
    }

    @Test
    void aShortLoadIsMeasured() {
        volume("load", "32MiB");
        String said = cluster.ashlar("bench", "load", "--write", "--seconds", "1");
        assertTrue(said.contains("4 KiB random write, depth 32"), said);
        assertTrue(said.contains("99.00 %"), said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs"})
    void aKernelFileSystemIsCleanAfterwards(String type) {
        Program.require("nbdfuse", "libnbd-bin");
        Program.require("fusermount3", "fuse3");
        Program.require("mkfs." + type, type.equals("xfs") ? "xfsprogs" : "e2fsprogs");
        boolean root = "root".equals(System.getProperty("user.name"));
        assumeTrue(root && Files.exists(Path.of("/dev/fuse")), "needs root and FUSE to mount");
        volume("fs-" + type, "400MiB");
        String script = Path.of("src", "test", "sh", "file_system").toAbsolutePath().toString();
        String said = run(script, elsewhere, type, scratch.toString());
        assertTrue(said.contains(type + " is clean"), said);
    }
}
