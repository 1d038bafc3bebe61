package io.ashlar.dataplane.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ashlar.common.id.ServerId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.ClusterSettings;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.VolumeView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Mirrors move while a client writes, with real metadata peers, servers, devices and sockets. */
@Timeout(120)
class MovingMirrorsTest {

    private static final int SIZE = 24 << 20;
    private static final long POLL = Duration.ofMillis(50).toNanos();

    @TempDir private Path directory;

    private final Random random = new Random(3);
    private final byte[] model = new byte[SIZE];

    @Test
    void aDrainedServerIsEmptiedAndALostOneReplacedUnderWrites() throws Exception {
        try (TestCluster cluster = new TestCluster(directory)) {
            cluster.createVolume("v", SIZE);
            cluster.start("server-4");
            try (NbdClient client = cluster.connect("server-1", "v")) {
                client.write(0, bytes(0, SIZE));
                done(cluster, new Command.DrainServer(new ServerId("server-2"), true));
                writeUntilOn(cluster, client, Set.of("server-1", "server-3", "server-4"));

                done(cluster, new Command.DrainServer(new ServerId("server-2"), false));
                done(
                        cluster,
                        new Command.Configure(
                                new ClusterSettings(64 << 20, Duration.ofSeconds(1))));
                cluster.stop("server-3");
                writeUntilOn(cluster, client, Set.of("server-1", "server-2", "server-4"));
                client.flush();
                assertArrayEquals(model, client.read(0, SIZE));
            }
            // The new copies hold it all: the old one's server and the coordinator are gone.
            cluster.stop("server-1");
            try (NbdClient other = cluster.connect("server-2", "v")) {
                assertArrayEquals(model, other.read(0, SIZE));
            }
        }
    }

    private static void done(TestCluster cluster, Command command) {
        assertEquals(new Answer.Done(), cluster.client().submit(command));
    }

    private void writeUntilOn(TestCluster cluster, NbdClient client, Set<String> servers)
            throws Exception {
        while (!settled(cluster, servers)) {
            int at = random.nextInt(SIZE - 4096);
            client.write(at, bytes(at, 4096));
            LockSupport.parkNanos(POLL);
        }
    }

    private byte[] bytes(int at, int length) {
        byte[] data = new byte[length];
        random.nextBytes(data);
        System.arraycopy(data, 0, model, at, length);
        return data;
    }

    /** All mirrors are there, in sync, and no others are left. */
    private static boolean settled(TestCluster cluster, Set<String> servers) {
        VolumeView view = ((Answer.Volume) cluster.client().ask(new Query.ShowVolume("v"))).view();
        ExtentRow row = view.extents().getFirst();
        Set<String> at =
                view.locations().values().stream()
                        .map(LocationRow::server)
                        .map(ServerId::name)
                        .collect(Collectors.toSet());
        return at.equals(servers)
                && row.inSync().size() == row.mirrors().size()
                && row.retiring().isEmpty();
    }
}
