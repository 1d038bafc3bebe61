package io.ashlar.dataplane.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Any server serves any volume, with real metadata peers, servers, devices and sockets. */
@Timeout(120)
class AnyServerTest {

    private static final int SIZE = 48 << 20;

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

    @Test
    void whatOneServerWritesAllRead() throws Exception {
        cluster.createVolume("shared", SIZE);
        byte[] model = new byte[SIZE];
        try (NbdClient one = cluster.connect("server-1", "shared");
                NbdClient two = cluster.connect("server-2", "shared");
                NbdClient three = cluster.connect("server-3", "shared")) {
            assertEquals(Optional.of("server-1"), cluster.holder("shared"));
            assertEquals(SIZE, two.size());
            Random random = new Random(5);
            List<NbdClient> clients = List.of(one, two, three);
            for (int i = 0; i < 120; i++) {
                NbdClient writer = clients.get(random.nextInt(3));
                byte[] data = new byte[1 + random.nextInt(i % 20 == 0 ? 3 << 20 : 12_000)];
                random.nextBytes(data);
                int at = random.nextInt(SIZE - data.length);
                if (i % 10 == 0) {
                    writer.writeThrough(at, data);
                } else {
                    writer.write(at, data);
                }
                System.arraycopy(data, 0, model, at, data.length);
                byte[] back = clients.get(random.nextInt(3)).read(at, data.length);
                assertArrayEquals(data, back, "write " + i);
            }
            two.trim(1000, 2 << 20);
            Arrays.fill(model, 1000, 1000 + (2 << 20), (byte) 0);
            three.flush();
            byte[] large = new byte[32 << 20];
            random.nextBytes(large);
            two.write(777, large);
            System.arraycopy(large, 0, model, 777, large.length);
            for (NbdClient client : clients) {
                assertArrayEquals(Arrays.copyOf(model, 32 << 20), client.read(0, 32 << 20));
                assertArrayEquals(
                        Arrays.copyOfRange(model, 32 << 20, SIZE),
                        client.read(32 << 20, SIZE - (32 << 20)));
            }
        }
    }

    @Test
    void clientsAtDifferentServersWorkAtOnce() throws Exception {
        cluster.createVolume("busy", SIZE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> workers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                workers.add(threads.submit(worker("server-" + (1 + i % 3), i)));
            }
            for (Future<Integer> worker : workers) {
                assertEquals(400, worker.get());
            }
        }
    }

    /** Each has its own blocks, next to those of the others. */
    private static Callable<Integer> worker(String server, int number) {
        return () -> {
            int good = 0;
            try (NbdClient client = cluster.connect(server, "busy")) {
                Random random = new Random(number);
                for (int i = 0; i < 400; i++) {
                    byte[] data = new byte[1024];
                    random.nextBytes(data);
                    long at = (random.nextInt(64) * 6L + number) * 1024;
                    client.write(at, data);
                    good += Arrays.equals(data, client.read(at, data.length)) ? 1 : 0;
                }
            }
            return good;
        };
    }

    @Test
    void theVolumeGoesOnElsewhereWhenItsHolderStops() throws Exception {
        cluster.createVolume("moving", SIZE);
        byte[] data = new byte[100_000];
        new Random(9).nextBytes(data);
        try (NbdClient holder = cluster.connect("server-3", "moving");
                NbdClient other = cluster.connect("server-1", "moving")) {
            other.write(12_345, data);
            holder.flush();
        }
        cluster.stop("server-3");
        try (NbdClient one = cluster.connect("server-1", "moving");
                NbdClient two = cluster.connect("server-2", "moving")) {
            assertNotEquals(Optional.of("server-3"), cluster.holder("moving"));
            assertArrayEquals(data, one.read(12_345, data.length));
            two.write(12_346, data);
            assertArrayEquals(data, one.read(12_346, data.length));
        }
        cluster.start("server-3");
        try (NbdClient again = cluster.connect("server-3", "moving")) {
            assertArrayEquals(data, again.read(12_346, data.length));
        }
    }
}
