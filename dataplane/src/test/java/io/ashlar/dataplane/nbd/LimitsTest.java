package io.ashlar.dataplane.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.codahale.metrics.Counter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens at each bound. */
class LimitsTest {

    private static final int MIB = 1 << 20;
    private static final Duration SILENCE = Duration.ofSeconds(9);

    @TempDir Path scratch;

    private static NbdLimits limits(int handshakes, int requests, Duration wait, Duration stall) {
        return new NbdLimits(
                8, handshakes, wait, 16, 8192, requests, 32L * MIB, 32L * MIB, stall, SILENCE);
    }

    private static NbdLimits requests(int requests) {
        return limits(4, requests, Duration.ofSeconds(9), Duration.ofSeconds(9));
    }

    @Test
    void leavesRequestsBeyondTheWindowInTheSocket() throws Exception {
        try (TestServer server = TestServer.limited(scratch, requests(4))) {
            MemoryDirectory.Entry volume = server.directory.add("vol", MIB);
            BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
            volume.steering().replies = held::add;
            try (RawClient client = RawClient.attach(server.address(), "vol", Dialect.STRUCTURED)) {
                for (int i = 0; i < 10; i++) {
                    client.request(0, Command.FLUSH, i, 0, 0);
                }
                Await.until(() -> held.size() == 4);
                for (int i = 0; i < 10; i++) {
                    Runnable next = held.take();
                    assertTrue(volume.steering().requests.get() <= i + 4);
                    volume.loop().execute(next);
                    assertEquals(i, client.chunk(0).cookie());
                }
            }
        }
    }

    @Test
    void sharesTheBytesOfALoopInTurn() throws Exception {
        try (TestServer server = TestServer.limited(scratch, requests(64))) {
            MemoryDirectory.Entry volume = server.directory.add("vol", 64L * MIB);
            BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
            volume.steering().replies = held::add;
            try (RawClient first = RawClient.attach(server.address(), "vol", Dialect.SIMPLE);
                    RawClient second = RawClient.attach(server.address(), "vol", Dialect.SIMPLE)) {
                first.request(0, Command.READ, 1, 0, 20 * MIB);
                Runnable big = held.take();
                second.request(0, Command.READ, 2, 0, 20 * MIB);
                first.request(0, Command.FLUSH, 3, 0, 0);
                volume.loop().execute(held.take()); // the flush needs no bytes
                assertEquals(3, first.chunk(0).cookie());
                assertTrue(held.isEmpty());
                volume.loop().execute(big);
                assertEquals(1, first.chunk(20 * MIB).cookie());
                volume.loop().execute(held.take());
                assertEquals(2, second.chunk(20 * MIB).cookie());
            }
        }
    }

    @Test
    void holdsNoMoreThanTheWindowForAClientThatDoesNotRead() throws Exception {
        try (TestServer server = TestServer.limited(scratch, requests(64))) {
            MemoryDirectory.Entry volume = server.directory.add("vol", 64L * MIB);
            try (RawClient client =
                            RawClient.attach(server.address(), "vol", Dialect.SIMPLE, 8192);
                    RawClient other = RawClient.attach(server.address(), "vol", Dialect.SIMPLE)) {
                for (int i = 0; i < 24; i++) {
                    client.request(0, Command.READ, i, 0, 4 * MIB);
                }
                Await.until(() -> volume.steering().requests.get() >= 8);
                other.request(0, Command.FLUSH, 77, 0, 0);
                assertEquals(77, other.chunk(0).cookie());
                // 32 MiB of replies wait; what left for the socket and its buffers made room for
                // few.
                assertTrue(volume.steering().requests.get() <= 16);
                for (int i = 0; i < 24; i++) {
                    assertEquals(i, client.chunk(4 * MIB).cookie());
                }
            }
        }
    }

    @Test
    void dropsWhoAnnouncesAPayloadAndSendsNoneWhileOthersWait() throws Exception {
        NbdLimits limits = limits(4, 64, Duration.ofSeconds(9), Duration.ofMillis(100));
        try (TestServer server = TestServer.limited(scratch, limits)) {
            server.directory.add("vol", 64L * MIB);
            try (RawClient idle = RawClient.attach(server.address(), "vol", Dialect.SIMPLE);
                    RawClient good = RawClient.attach(server.address(), "vol", Dialect.SIMPLE)) {
                idle.request(0, Command.WRITE, 1, 0, 32 * MIB);
                idle.send(new byte[1000]);
                Counter granted = server.metrics.counter("nbd.payload.bytes");
                Await.until(() -> granted.getCount() == 32 * MIB);
                assertEquals(0, good.put(0, 0, new byte[32 * MIB]));
                assertTrue(idle.closed());
            }
        }
    }

    @Test
    void dropsWhoTricklesAPayloadWhileOthersWait() throws Exception {
        NbdLimits limits = limits(4, 64, Duration.ofSeconds(9), Duration.ofMillis(200));
        try (TestServer server = TestServer.limited(scratch, limits)) {
            server.directory.add("vol", 64L * MIB);
            try (RawClient slow = RawClient.attach(server.address(), "vol", Dialect.SIMPLE);
                    RawClient good = RawClient.attach(server.address(), "vol", Dialect.SIMPLE)) {
                slow.request(0, Command.WRITE, 1, 0, 32 * MIB);
                Counter granted = server.metrics.counter("nbd.payload.bytes");
                Await.until(() -> granted.getCount() == 32 * MIB);
                good.request(0, Command.READ, 2, 0, MIB);
                Await.until(() -> !slow.takes(new byte[1]));
                assertEquals(2, good.chunk(MIB).cookie());
            }
        }
    }

    @Test
    void dropsWhoDoesNotReadItsRepliesWhileOthersWait() throws Exception {
        NbdLimits limits = limits(4, 64, Duration.ofSeconds(9), Duration.ofMillis(200));
        try (TestServer server = TestServer.limited(scratch, limits)) {
            server.directory.add("vol", 64L * MIB);
            try (RawClient deaf = RawClient.attach(server.address(), "vol", Dialect.SIMPLE, 8192);
                    RawClient good = RawClient.attach(server.address(), "vol", Dialect.SIMPLE)) {
                deaf.request(0, Command.READ, 1, 0, 32 * MIB);
                Counter granted = server.metrics.counter("nbd.payload.bytes");
                Await.until(() -> granted.getCount() == 32 * MIB);
                good.request(0, Command.READ, 2, 0, MIB);
                assertEquals(2, good.chunk(MIB).cookie());
                Await.until(() -> server.metrics.meter("nbd.connections.dropped").getCount() == 1);
            }
        }
    }

    @Test
    void keepsWhoDoesNotReadItsRepliesWhileNobodyWaits() throws Exception {
        NbdLimits limits = limits(4, 64, Duration.ofSeconds(9), Duration.ofMillis(50));
        try (TestServer server = TestServer.limited(scratch, limits)) {
            MemoryDirectory.Entry volume = server.directory.add("vol", 64L * MIB);
            try (RawClient deaf = RawClient.attach(server.address(), "vol", Dialect.SIMPLE, 8192)) {
                deaf.request(0, Command.READ, 1, 0, 32 * MIB);
                deaf.request(0, Command.READ, 2, 0, 32 * MIB); // waits for the first, for long
                CountDownLatch looked = new CountDownLatch(1);
                var _ = volume.loop().schedule(looked::countDown, 30, TimeUnit.MILLISECONDS);
                looked.await();
                assertEquals(1, deaf.chunk(32 * MIB).cookie());
                assertEquals(2, deaf.chunk(32 * MIB).cookie());
            }
        }
    }

    @Test
    void listsNoFasterThanAClientReads() throws Exception {
        NbdLimits limits = limits(4, 64, Duration.ofMillis(300), Duration.ofSeconds(9));
        try (TestServer server = TestServer.limited(scratch, limits)) {
            for (int i = 0; i < 40_000; i++) {
                server.directory.add("volume-" + "x".repeat(200) + i, MIB);
            }
            try (RawClient deaf = RawClient.deaf(server.address(), 8192)) {
                deaf.send(new byte[] {0, 0, 0, 3});
                for (int i = 0; i < 16; i++) {
                    deaf.send(Dialogue.optionBytes(OptionCode.LIST, new byte[0]));
                }
                Await.until(() -> server.directory.lists.get() == 1);
                Counter connections = server.metrics.counter("nbd.connections");
                Await.until(() -> connections.getCount() == 0); // not kept for its unread answers
                assertEquals(1, server.directory.lists.get());
            }
        }
    }

    @Test
    void whatIsNeverAnsweredIsGivenBackInTheEnd() {
        Counter held = new Counter();
        BytePool pool = new BytePool(100, held);
        Window gone = new Window(8, 100, pool, () -> {});
        Window waiting = new Window(8, 100, pool, () -> {});
        assertTrue(gone.take(60) && gone.take(40));
        assertFalse(waiting.take(10));
        gone.close();
        assertTrue(waiting.take(10));
        gone.give(60); // late
        assertEquals(10, held.getCount());
    }

    @Test
    void closesAHandshakeThatTakesTooLong() throws Exception {
        NbdLimits limits = limits(4, 64, Duration.ofMillis(50), Duration.ofSeconds(9));
        try (TestServer server = TestServer.limited(scratch, limits);
                RawClient client = RawClient.connect(server.address())) {
            assertTrue(client.closed());
        }
    }

    @Test
    void waitsForATakeoverLongerThanForAClient() throws Exception {
        NbdLimits limits = limits(1, 64, Duration.ofMillis(700), Duration.ofSeconds(9));
        try (TestServer server = TestServer.limited(scratch, limits)) {
            server.directory.add("vol", MIB);
            BlockingQueue<Runnable> takeover = new LinkedBlockingQueue<>();
            server.directory.replies = takeover::add;
            try (RawClient waiting = RawClient.connect(server.address())) {
                waiting.send(new byte[] {0, 0, 0, 3});
                waiting.send(Dialogue.optionBytes(OptionCode.GO, Dialogue.export("vol")));
                Runnable done = takeover.poll(9, TimeUnit.SECONDS);
                try (RawClient idle = RawClient.connect(server.address())) {
                    assertTrue(idle.closed()); // its own time is up, that of the other is not
                }
                done.run();
                assertEquals(Magic.OPTION_REPLY, waiting.in.readLong());
            }
        }
    }

    @Test
    void detachesAVolumeWhoseClientDidNotWait() throws Exception {
        try (TestServer server = TestServer.limited(scratch, requests(4))) {
            MemoryDirectory.Entry volume = server.directory.add("vol", MIB);
            BlockingQueue<Runnable> takeover = new LinkedBlockingQueue<>();
            server.directory.replies = takeover::add;
            try (RawClient client = RawClient.connect(server.address())) {
                client.send(new byte[] {0, 0, 0, 3});
                client.send(Dialogue.optionBytes(OptionCode.GO, Dialogue.export("vol")));
                client.socket.setSoLinger(true, 0);
                Runnable done = takeover.take();
                client.socket.close();
                done.run();
            }
            Await.until(() -> volume.steering().attachments.get() == 0);
            Await.until(() -> server.metrics.counter("nbd.connections").getCount() == 0);
        }
    }

    @Test
    void theOldestHandshakeMakesRoom() throws Exception {
        NbdLimits limits = limits(2, 64, Duration.ofSeconds(9), Duration.ofSeconds(9));
        try (TestServer server = TestServer.limited(scratch, limits)) {
            server.directory.add("vol", MIB);
            try (RawClient oldest = RawClient.connect(server.address());
                    RawClient second = RawClient.connect(server.address());
                    RawClient newest = RawClient.attach(server.address(), "vol", Dialect.SIMPLE)) {
                assertTrue(oldest.closed());
                assertArrayEquals(new byte[5], newest.get(0, 5));
                second.send(new byte[] {0, 0, 0, 3});
                assertEquals(OptionReply.ACK, second.option(OptionCode.LIST));
            }
        }
    }

    @Test
    void closesConnectionsBeyondTheMost() throws Exception {
        try (TestServer server = TestServer.limited(scratch, requests(4))) {
            server.directory.add("vol", MIB);
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(RawClient.attach(server.address(), "vol", Dialect.SIMPLE));
            }
            try (RawClient more = RawClient.connect(server.address())) {
                assertTrue(more.closed());
            }
            for (RawClient client : clients) {
                assertArrayEquals(new byte[1], client.get(0, 1));
                client.close();
            }
        }
    }
}
