package io.ashlar.dataplane.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.VolumeRow;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A volume grows under its clients, with real metadata peers, servers, devices and sockets. */
@Timeout(120)
class GrowingVolumeTest {

    private static final int BEFORE = (8 << 20) + 512;
    private static final int AFTER = 24 << 20;

    @TempDir private Path directory;

    private final byte[] model = new byte[AFTER];
    private final Random random = new Random(3);

    @Test
    void clientsWriteOnAndThoseThatComeLaterSeeTheNewSize() throws Exception {
        try (TestCluster cluster = new TestCluster(directory)) {
            cluster.createVolume("v", BEFORE);
            try (NbdClient holder = cluster.connect("server-1", "v");
                    NbdClient elsewhere = cluster.connect("server-2", "v")) {
                elsewhere.write(0, bytes(0, BEFORE));
                assertInstanceOf(
                        Answer.Volume.class,
                        cluster.client().submit(new Command.GrowVolume(row(cluster).id(), AFTER)));
                while (row(cluster).outgrown()) {
                    int at = random.nextInt(BEFORE - 4096);
                    holder.write(at, bytes(at, 4096));
                    elsewhere.write(at, bytes(at, 4096));
                }
                assertEquals(BEFORE, elsewhere.size(), "what it heard when it came");
                readsAndWritesTheRest(cluster, elsewhere);
                assertArrayEquals(model, elsewhere.read(0, AFTER));
            }
            cluster.stop("server-1");
            try (NbdClient survivor = cluster.connect("server-3", "v")) {
                assertArrayEquals(model, survivor.read(0, AFTER));
            }
        }
    }

    /** Through a new connection at each server, and through one that was there before. */
    private void readsAndWritesTheRest(TestCluster cluster, NbdClient before) throws Exception {
        for (String server : cluster.names()) {
            try (NbdClient later = cluster.connect(server, "v")) {
                assertEquals(AFTER, later.size());
                assertArrayEquals(model, later.read(0, AFTER));
                int at = BEFORE - 700 + random.nextInt(AFTER - BEFORE - 4096);
                later.write(at, bytes(at, 4096));
            }
        }
        before.write(AFTER - 512, bytes(AFTER - 512, 512));
        before.flush();
    }

    @Test
    void whatLiesBehindTheOldEndIsZeros() throws Exception {
        try (TestCluster cluster = new TestCluster(directory)) {
            cluster.createVolume("v", BEFORE);
            try (NbdClient client = cluster.connect("server-1", "v")) {
                client.write(BEFORE - 512, bytes(BEFORE - 512, 512));
            }
            cluster.client().submit(new Command.GrowVolume(row(cluster).id(), AFTER));
            try (NbdClient client = cluster.connect("server-2", "v")) {
                assertTrue(client.size() == BEFORE || client.size() == AFTER);
            }
            while (row(cluster).outgrown()) {
                Thread.onSpinWait();
            }
            try (NbdClient client = cluster.connect("server-2", "v")) {
                assertEquals(AFTER, client.size());
                assertArrayEquals(model, client.read(0, AFTER));
            }
        }
    }

    private static VolumeRow row(TestCluster cluster) {
        return ((Answer.Volume) cluster.client().ask(new Query.ShowVolume("v"))).view().volume();
    }

    private byte[] bytes(int at, int length) {
        byte[] data = new byte[length];
        random.nextBytes(data);
        System.arraycopy(data, 0, model, at, length);
        return data;
    }
}
