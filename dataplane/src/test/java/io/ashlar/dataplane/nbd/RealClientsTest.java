package io.ashlar.dataplane.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people attach with: libnbd's and qemu's tools, and fio. */
class RealClientsTest {

    private static final int SIZE = 48 << 20;

    @TempDir Path scratch;
    private TestServer server;
    private MemoryDirectory.Entry volume;

    @BeforeEach
    void start() {
        server = TestServer.open(scratch);
        volume = server.directory.add("vol", SIZE);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private byte[] sparseImage(Path file) throws Exception {
        byte[] image = new byte[SIZE];
        Random random = new Random(7);
        for (int at : new int[] {0, 5 << 20, 20 << 20, SIZE - 12345}) {
            byte[] piece = new byte[12345];
            random.nextBytes(piece);
            System.arraycopy(piece, 0, image, at, piece.length);
        }
        Files.write(file, image);
        return image;
    }

    @Test
    void nbdinfoSeesEveryCapability() throws Exception {
        String info = Tool.NBDINFO.run(scratch, server.uri("vol"));
        for (String line :
                new String[] {
                    "export-size: " + SIZE,
                    "base:allocation",
                    "can_cache: true",
                    "can_df: true",
                    "can_fast_zero: true",
                    "can_flush: true",
                    "can_fua: true",
                    "can_multi_conn: true",
                    "can_trim: true",
                    "can_zero: true",
                    "is_read_only: false",
                    "block_size_minimum: 1",
                    "block_size_preferred: 4096",
                    "block_size_maximum: 33554432"
                }) {
            assertTrue(info.contains(line), () -> line + " is missing in\n" + info);
        }
    }

    @Test
    void nbdinfoListsVolumes() throws Exception {
        server.directory.add("another", 4096);
        String list = Tool.NBDINFO.run(scratch, "--list", server.unixUri(""));
        assertTrue(list.contains("export=\"another\"") && list.contains("export=\"vol\""), list);
    }

    @Test
    void nbdcopyCopiesInAndOut() throws Exception {
        byte[] image = sparseImage(scratch.resolve("in.img"));
        Tool.NBDCOPY.run(scratch, "in.img", server.uri("vol"));
        assertArrayEquals(image, volume.disk().read(0, SIZE));
        Tool.NBDCOPY.run(scratch, "--connections=4", server.unixUri("vol"), "out.img");
        assertEquals(-1, Files.mismatch(scratch.resolve("in.img"), scratch.resolve("out.img")));
    }

    @Test
    void qemuImgConvertsComparesAndMaps() throws Exception {
        byte[] image = sparseImage(scratch.resolve("in.img"));
        String uri = server.uri("vol");
        Tool.QEMU_IMG.run(scratch, "convert", "-n", "-f", "raw", "-O", "raw", "in.img", uri);
        assertArrayEquals(image, volume.disk().read(0, SIZE));
        String compared =
                Tool.QEMU_IMG.run(scratch, "compare", "-f", "raw", "-F", "raw", "in.img", uri);
        assertTrue(compared.contains("identical"), compared);
        String map = Tool.QEMU_IMG.run(scratch, "map", "--output=json", "-f", "raw", uri);
        assertTrue(map.contains("\"zero\": true") && map.contains("\"data\": true"), map);
    }

    @Test
    void qemuImgBenchRuns() throws Exception {
        String uri = server.unixUri("vol");
        String written =
                Tool.QEMU_IMG.run(
                        scratch,
                        "bench",
                        "-w",
                        "-c",
                        "5000",
                        "-d",
                        "16",
                        "-f",
                        "raw",
                        "-t",
                        "none",
                        "--flush-interval=100",
                        uri);
        assertTrue(written.contains("Run completed"), written);
        assertTrue(volume.steering().flushes.get() >= 50);
    }

    @Test
    void qemuIoWritesVerifiesDiscardsAndFlushes() throws Exception {
        String said =
                Tool.QEMU_IO.run(
                        scratch,
                        "-f",
                        "raw",
                        server.uri("vol"),
                        "-c",
                        "write -P 0x5a 1000 70000",
                        "-c",
                        "read -P 0x5a 1000 70000",
                        "-c",
                        "write -f -P 0x11 1M 64k",
                        "-c",
                        "write -z 1M 32k",
                        "-c",
                        "read -P 0 1M 32k",
                        "-c",
                        "read -P 0x11 1081344 32k",
                        "-c",
                        "discard 0 4M",
                        "-c",
                        "read -P 0 0 4M",
                        "-c",
                        "flush");
        assertTrue(!said.contains("fail") && !said.contains("error"), said);
        assertTrue(volume.steering().fuas.get() >= 1);
        assertTrue(volume.steering().flushes.get() >= 1);
    }

    @Test
    void libnbdFindsTheTruthAboutAllocation() throws Exception {
        String script =
                """
                import nbd, sys
                h = nbd.NBD()
                h.add_meta_context(nbd.CONTEXT_BASE_ALLOCATION)
                h.connect_uri(sys.argv[1])
                h.pwrite(b'x' * 65536, 65536)
                h.zero(65536, 262144, nbd.CMD_FLAG_NO_HOLE)
                h.zero(65536, 524288)
                h.trim(32768, 65536)
                h.zero(8192, 65536 - 8192, nbd.CMD_FLAG_FAST_ZERO)
                seen = []
                def extent(context, offset, entries, error):
                    seen.extend(entries)
                h.block_status(1 << 20, 0, extent)
                print(seen)
                print(h.pread(10, 98298))
                h.shutdown()
                """;
        String seen = Tool.PYTHON.run(scratch, "-c", script, server.uri("vol"));
        assertEquals(
                "[98304, 3, 32768, 0, 131072, 3, 65536, 2, 720896, 3]\n"
                        + "bytearray(b'\\x00\\x00\\x00\\x00\\x00\\x00xxxx')",
                seen);
    }

    @Test
    void fioVerifiesWhatItWrote() throws Exception {
        String said =
                Tool.FIO.run(
                        scratch,
                        "--name=verify",
                        "--thread",
                        "--ioengine=nbd",
                        "--uri=" + server.unixUri("vol"),
                        "--rw=randrw",
                        "--bsrange=512-256k",
                        "--size=" + SIZE,
                        "--io_size=64m",
                        "--iodepth=32",
                        "--verify=crc32c",
                        "--verify_fatal=1",
                        "--fsync=64");
        assertTrue(said.contains("err= 0"), said);
    }

    @Test
    void everyConnectionIsGoneAfterItsClient() throws Exception {
        Tool.NBDINFO.run(scratch, server.uri("vol"));
        Await.until(() -> server.metrics.counter("nbd.connections").getCount() == 0);
        Await.until(() -> volume.steering().attachments.get() == 0);
        assertEquals(0, server.metrics.counter("nbd.handshakes").getCount());
        assertTrue(Arrays.equals(new byte[4096], volume.disk().read(0, 4096)));
    }
}
