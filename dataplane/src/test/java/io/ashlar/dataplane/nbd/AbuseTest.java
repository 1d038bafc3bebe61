package io.ashlar.dataplane.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Thousands of clients that lie, garble, stop in the middle and vanish. After them the server still
 * serves, holds nothing of theirs, and has met no failure that it did not expect. Another seed is
 * tried with {@code -Dnbd.abuse.seed=}.
 */
class AbuseTest {

    private static final long SEED = Long.getLong("nbd.abuse.seed", 20_261_122L);
    private static final int CASES = 2500;
    private static final int ROUND = 500;

    @TempDir Path scratch;
    private final Logger log = (Logger) LoggerFactory.getLogger(AbuseTest.class.getPackageName());
    private final Logger leaks =
            (Logger) LoggerFactory.getLogger("io.netty.util.ResourceLeakDetector");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final ResourceLeakDetector.Level watched = ResourceLeakDetector.getLevel();
    private TestServer server;
    private MemoryDirectory.Entry volume;

    @BeforeEach
    void start() {
        logged.start();
        log.addAppender(logged);
        leaks.addAppender(logged);
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        server = TestServer.open(scratch);
        volume = server.directory.add("vol", 16 << 20);
    }

    @AfterEach
    void stop() {
        server.close();
        log.detachAppender(logged);
        leaks.detachAppender(logged);
        ResourceLeakDetector.setLevel(watched);
    }

    @Test
    void survivesMalformedHandshakes() throws IOException {
        int threads = Thread.activeCount();
        for (int i = 0; i < CASES; i++) {
            Mischief mischief = new Mischief(SEED + i);
            try (RawClient client = RawClient.connect(server.address())) {
                hurt(client, mischief, mischief.handshake());
            }
            checkEvery(i);
        }
        nothingIsLeft();
        assertTrue(Thread.activeCount() <= threads + 2, "threads, of which two are the loops'");
    }

    @Test
    void survivesMalformedRequests() throws IOException {
        for (int i = 0; i < CASES; i++) {
            Mischief mischief = new Mischief(SEED + CASES + i);
            Dialect dialect = mischief.dialect();
            try (RawClient client = RawClient.attach(server.address(), "vol", dialect)) {
                hurt(client, mischief, mischief.requests(dialect));
            }
            checkEvery(i);
        }
        nothingIsLeft();
        assertTrue(server.metrics.meter("nbd.requests.refused").getCount() > CASES);
        assertTrue(server.metrics.meter("nbd.connections.dropped").getCount() > 100);
        assertTrue(volume.steering().requests.get() > CASES / 2);
    }

    /** Sends it, and goes in one of the ways in which clients go. */
    private static void hurt(RawClient client, Mischief mischief, byte[] talk) throws IOException {
        try {
            client.send(talk);
            switch (mischief.below(4)) {
                case 0 -> client.socket.setSoLinger(true, 0);
                case 1 -> client.socket.shutdownOutput();
                case 2 -> {
                    client.socket.shutdownOutput();
                    client.in.skip(mischief.below(5000));
                }
                default -> {}
            }
        } catch (SocketException e) {
            return; // the server has closed the connection already
        }
    }

    private void checkEvery(int i) throws IOException {
        if (i % ROUND == ROUND - 1) {
            for (Dialect dialect : Dialect.values()) {
                try (RawClient good = RawClient.attach(server.address(), "vol", dialect)) {
                    byte[] data = {1, 2, 3, (byte) i};
                    assertEquals(0, good.put(Command.FUA, 8 << 20, data));
                    assertArrayEquals(data, good.get(8 << 20, data.length));
                }
            }
        }
    }

    private void nothingIsLeft() {
        Await.until(() -> server.metrics.counter("nbd.connections").getCount() == 0);
        Await.until(() -> volume.steering().attachments.get() == 0);
        assertEquals(0, server.metrics.counter("nbd.handshakes").getCount());
        assertEquals(0, server.metrics.counter("nbd.payload.bytes").getCount());
        List<String> errors =
                List.copyOf(logged.list).stream()
                        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                        .map(ILoggingEvent::toString)
                        .toList();
        assertEquals(List.of(), errors);
        long direct =
                ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                        .metric()
                        .usedDirectMemory();
        assertTrue(direct < 64 << 20, () -> direct + " bytes of direct memory");
    }

    @Test
    void holdsNoMoreThanItsPoolsForGreedyClients() throws IOException {
        List<RawClient> greedy = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            RawClient client = RawClient.attach(server.address(), "vol", Dialect.SIMPLE);
            client.request(0, Command.WRITE, 1, 0, 16 << 20);
            client.send(new byte[100]);
            greedy.add(client);
        }
        long most = 2 * NbdLimits.standard().loopBytes();
        Await.until(() -> server.metrics.counter("nbd.payload.bytes").getCount() > most / 4);
        assertTrue(server.metrics.counter("nbd.payload.bytes").getCount() <= most);
        for (RawClient client : greedy) {
            client.close();
        }
        checkEvery(ROUND - 1);
        nothingIsLeft();
    }
}
