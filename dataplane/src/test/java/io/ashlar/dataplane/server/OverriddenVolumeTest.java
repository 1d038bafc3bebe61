package io.ashlar.dataplane.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ashlar.common.id.MirrorId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.VolumeView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * P6: the last mirror in sync is lost, and an operator lets the volume go on with an older one,
 * with real metadata peers, servers, devices and sockets.
 */
@Timeout(180)
class OverriddenVolumeTest {

    private static final long POLL = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    @TempDir private static Path directory;

    @Test
    void goesOnWithTheOlderMirrorAndBringsTheLostOneToIt() throws Exception {
        byte[] old = bytes(1);
        byte[] recent = bytes(2);
        try (TestCluster cluster = new TestCluster(directory);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            cluster.createVolume("v", 8 << 20);
            try (NbdClient client = cluster.connect("server-1", "v")) {
                client.write(0, old);
                client.flush();
                cluster.stop("server-2");
                cluster.stop("server-3");
                client.write(0, recent);
                client.flush();
            }
            await("one in sync", () -> cluster.inSync("v") == 1);
            cluster.stop("server-1");

            cluster.start("server-2");
            Future<byte[]> waiting =
                    threads.submit(() -> {
                        try (NbdClient client = connectAtLast(cluster)) {
                            assertThrows(IOException.class, client::flush, "nobody was told");
                            client.flush();
                            return client.read(0, old.length);
                        }
                    });
            await(
                    "its server waits for the lost one",
                    () -> cluster.holder("v").equals(Optional.of("server-2")));
            await("the operator is heard", () -> override(cluster) instanceof Answer.Done);
            assertArrayEquals(old, waiting.get(60, TimeUnit.SECONDS));

            cluster.start("server-1");
            cluster.start("server-3");
            await("three in sync", () -> cluster.inSync("v") == 3);
            cluster.stop("server-2");
            try (NbdClient client = cluster.connect("server-1", "v")) {
                assertArrayEquals(old, client.read(0, old.length));
            }
        }
    }

    private static byte[] bytes(long seed) {
        byte[] bytes = new byte[1 << 20];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** A client is sent away now and then while nobody can serve it. */
    private static NbdClient connectAtLast(TestCluster cluster) throws IOException {
        long began = System.nanoTime();
        while (true) {
            try {
                return cluster.connect("server-2", "v");
            } catch (IOException e) {
                if (System.nanoTime() - began > PATIENCE) {
                    throw e;
                }
                LockSupport.parkNanos(POLL);
            }
        }
    }

    private static Answer override(TestCluster cluster) {
        VolumeView view = ((Answer.Volume) cluster.client().ask(new Query.ShowVolume("v"))).view();
        ExtentRow row = view.extents().getFirst();
        MirrorId chosen =
                row.mirrors().stream()
                        .filter(m ->
                                Objects.requireNonNull(view.locations().get(m))
                                        .server()
                                        .name()
                                        .equals("server-2"))
                        .findFirst()
                        .orElseThrow();
        return cluster.client()
                .submit(
                        new Command.OverrideInSync(
                                row.id(), row.setVersion(), chosen, "ann", "burnt", 0));
    }

    private static void await(String what, BooleanSupplier wanted) {
        long began = System.nanoTime();
        while (!wanted.getAsBoolean()) {
            if (System.nanoTime() - began > PATIENCE) {
                throw new AssertionError("not within a minute: " + what);
            }
            LockSupport.parkNanos(POLL);
        }
    }
}
