package io.ashlar.dataplane.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.config.ByteSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** P8 over real devices: one volume fills them all, and another goes on without space. */
@Timeout(120)
class FullDevicesTest {

    private static final int ENOSPC = 28;
    private static final int MIB = 1 << 20;
    private static final int SMALL = 8 * MIB;
    private static final int BALLAST = 64 * MIB;

    @TempDir private static Path directory;
    private static TestCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = new TestCluster(directory, FullDevicesTest::withSmallDevices);
        cluster.createVolume("small", SMALL);
        cluster.createVolume("ballast", BALLAST);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static ServerConfig withSmallDevices(ServerConfig usual) {
        Path path = usual.directory().resolve("small");
        return new ServerConfig(
                usual.server(),
                usual.zone(),
                usual.directory(),
                List.of(new ServerConfig.OneDevice(path, new ByteSize(BALLAST))),
                usual.metadata(),
                usual.peer(),
                usual.nbd(),
                usual.nbdAlso(),
                usual.nbdSocket(),
                usual.shards(),
                usual.timing(),
                usual.resyncBytesPerSecond(),
                usual.scrub(),
                usual.security(),
                usual.mapBytes());
    }

    private static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** False if there is no space for it; any other error ends the test. */
    private static boolean written(NbdClient client, long offset, byte[] data) throws IOException {
        try {
            client.write(offset, data);
            return true;
        } catch (NbdClient.Refused refused) {
            assertEquals(ENOSPC, refused.error());
            return false;
        }
    }

    /** Writes ever smaller pieces until not even a block finds space; returns how many bytes. */
    private static int fill(NbdClient client, int from) throws IOException {
        int at = from;
        for (int piece = MIB; piece >= 4096; piece /= 4) {
            while (at + piece <= client.size() && written(client, at, random(at, piece))) {
                at += piece;
            }
        }
        assertTrue(at < client.size(), "all " + at + " bytes found space");
        return at;
    }

    private interface Attempt {
        boolean succeeds() throws IOException;
    }

    private static void await(String what, Attempt wanted) throws IOException {
        long start = System.nanoTime();
        while (!wanted.succeeds()) {
            assertTrue(System.nanoTime() - start < 30_000_000_000L, "not within 30 s: " + what);
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Test
    void aVolumeOnFullDevicesGetsNoSpaceAndSuffersNothingElse() throws Exception {
        byte[] content = random(1, SMALL / 2);
        try (NbdClient holder = cluster.connect("server-1", "small");
                NbdClient other = cluster.connect("server-2", "small");
                NbdClient ballast = cluster.connect("server-3", "ballast")) {
            holder.write(0, content);
            other.flush();
            long epoch = cluster.epoch("small");
            int filled = fill(ballast, 0);
            assertTrue(filled > BALLAST / 2, "full after " + filled + " bytes");
            int used = fill(holder, content.length); // what its own tail still kept
            used = fill(other, used); // refused as well, even if a busy mirror has just left
            assertArrayEquals(content, other.read(0, content.length));
            holder.flush();
            other.flush();
            other.trim(SMALL / 4, 2 * MIB);
            await("what was trimmed is there again", () -> written(other, 0, random(1, 4096)));
            assertEquals(epoch, cluster.epoch("small"));
            await("three are in sync", () -> cluster.inSync("small") == 3);

            filled = fill(ballast, filled);
            cluster.stop("server-1");
            await("another has it", () -> cluster.epoch("small") > epoch);
            fill(other, used); // what only the device that is gone had no room for
            other.flush();
            assertArrayEquals(new byte[MIB], other.read(SMALL / 4, MIB));
            other.trim(SMALL / 4, 2 * MIB);
            cluster.start("server-1");
            await("the mirror on a full device is back", () -> cluster.inSync("small") == 3);

            long taken = cluster.epoch("small");
            ballast.trim(0, filled);
            await("there is space again", () -> written(other, 0, content));
            assertArrayEquals(content, other.read(0, content.length));
            assertEquals(taken, cluster.epoch("small"));
        }
    }
}
