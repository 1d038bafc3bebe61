package io.ashlar.dataplane.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.block.Blocks;
import io.ashlar.dataplane.store.log.DeviceInspector;
import io.ashlar.metadata.model.DeviceState;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Disks that rot and disks that fail, under a cluster that goes on. */
@Timeout(120)
class DiskTroubleTest {

    private static final int SIZE = 8 << 20;

    @TempDir private static Path directory;
    private static TestCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = new TestCluster(directory);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void await(String what, BooleanSupplier wanted) {
        long start = System.nanoTime();
        while (!wanted.getAsBoolean()) {
            assertTrue(System.nanoTime() - start < 30_000_000_000L, "not within 30 s: " + what);
            LockSupport.parkNanos(10_000_000);
        }
    }

    /** Turns over a bit of a block that lies in the log of a server's device. */
    private static void rot(String server, byte[] content, int block) throws IOException {
        Path log = cluster.device(server).resolve("log");
        byte[] bytes = Files.readAllBytes(log);
        int from = block << Blocks.SHIFT;
        int at = 0;
        while (!Arrays.equals(bytes, at, at + Blocks.SIZE, content, from, from + Blocks.SIZE)) {
            at += 8;
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
            file.seek(at + 1000);
            file.write(bytes[at + 1000] ^ 4);
        }
    }

    /** P10: nobody reads the blocks, and nobody even has the volume attached. */
    @Test
    void theScrubFindsRottenBlocksAndHasThemRepaired() throws Exception {
        cluster.createVolume("rotten", SIZE);
        byte[] content = random(1, SIZE);
        try (NbdClient client = cluster.connect("server-1", "rotten")) {
            client.write(0, content);
            client.flush();
        }
        rot("server-1", content, 5);
        rot("server-2", content, 5);
        rot("server-2", content, 6);
        rot("server-3", content, 2047);

        await(
                "four repairs",
                () ->
                        cluster.names().stream()
                                        .mapToLong(s ->
                                                cluster.count(s, "coordinator.blocks.repaired"))
                                        .sum()
                                >= 4);
        await("a round more", new RoundsMore(2));
        // Block 5 was bad twice: reading it for one mirror may have found the other.
        assertTrue(cluster.count("server-2", "scrub.blocks.bad") >= 1);
        for (String server : cluster.names()) {
            cluster.stop(server);
            try (DeviceInspector inspector = DeviceInspector.open(cluster.device(server))) {
                assertEquals(List.of(), inspector.verify(), server);
            }
            cluster.start(server);
        }
        try (NbdClient client = cluster.connect("server-3", "rotten")) {
            assertArrayEquals(content, client.read(0, SIZE));
        }
    }

    /** Every server's scrub has ended so many rounds more than when this was made. */
    private static final class RoundsMore implements BooleanSupplier {

        private final long[] wanted;

        RoundsMore(int rounds) {
            wanted =
                    cluster.names().stream()
                            .mapToLong(s -> cluster.count(s, "scrub.rounds") + rounds)
                            .toArray();
        }

        @Override
        public boolean getAsBoolean() {
            List<String> names = List.copyOf(cluster.names());
            for (int i = 0; i < wanted.length; i++) {
                if (cluster.count(names.get(i), "scrub.rounds") < wanted[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    @Test
    void aDeviceThatFailsTakesItsMirrorsOutAndNothingElse() throws Exception {
        cluster.createVolume("lives", SIZE);
        byte[] content = random(2, SIZE);
        try (NbdClient client = cluster.connect("server-3", "lives")) {
            client.write(0, content);
            client.flush();
            assertEquals(3, cluster.inSync("lives"));

            long start = System.nanoTime();
            closeFilesOf(cluster.deviceRow("server-3").id().toString());
            byte[] changed = random(3, 1 << 20);
            client.write(1 << 20, changed);
            client.flush();
            long stalled = (System.nanoTime() - start) / 1_000_000;
            System.arraycopy(changed, 0, content, 1 << 20, changed.length);

            System.out.println("a failed device stalled its coordinator " + stalled + " ms");
            assertEquals(2, cluster.inSync("lives"));
            assertArrayEquals(content, client.read(0, SIZE));
            await(
                    "the device is shown as failed",
                    () -> cluster.deviceRow("server-3").state() == DeviceState.FAILED);
            assertEquals(DeviceState.ONLINE, cluster.deviceRow("server-1").state());
        }
        try (NbdClient client = cluster.connect("server-2", "lives")) {
            assertArrayEquals(content, client.read(0, SIZE));
        }
        // The server comes back with its device well again, and is caught up.
        cluster.stop("server-3");
        cluster.start("server-3");
        await("three in sync", () -> cluster.inSync("lives") == 3);
        await(
                "the device is shown as well",
                () -> cluster.deviceRow("server-3").state() == DeviceState.ONLINE);
    }

    /**
     * The next write finds its file closed, as if the disk had gone: the JDK closes a channel whose
     * thread is interrupted.
     */
    private static void closeFilesOf(String device) {
        String name = "device-" + device.substring(0, 8);
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .forEach(Thread::interrupt);
    }
}
