package io.ashlar.dataplane.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.netty.channel.EventLoop;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that went elsewhere while the server could not notice, and those that only seem so. */
@Timeout(60)
class DepartedClientsTest {

    private static final int MIB = 1 << 20;
    private static final byte[] OLD = {1, 1, 1};

    @TempDir Path scratch;

    /** A loop that does not run until it is woken, and for long enough to notice that. */
    private static final class Sleep implements AutoCloseable {

        private final CountDownLatch asleep = new CountDownLatch(1);
        private final CountDownLatch woken = new CountDownLatch(1);

        Sleep(EventLoop loop) throws InterruptedException {
            var _ =
                    loop.submit(() -> {
                        asleep.countDown();
                        return woken.await(20, TimeUnit.SECONDS);
                    });
            asleep.await();
        }

        @Override
        public void close() {
            try {
                assertFalse(woken.await(400, TimeUnit.MILLISECONDS), "nobody else wakes it");
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            woken.countDown();
        }
    }

    @Test
    void aWriteIsNotExecutedWhoseClientLeftWhileTheServerSlept() throws Exception {
        try (TestServer server = TestServer.open(scratch)) {
            MemoryDirectory.Entry volume = server.directory.add("vol", MIB);
            RawClient client = RawClient.attach(server.address(), "vol", Dialect.SIMPLE);
            try (var _ = new Sleep(volume.loop())) {
                client.write(0, 1, 0, OLD);
                client.close();
            }
            Await.until(() -> volume.steering().attachments.get() == 0);
            assertEquals(0, volume.steering().requests.get());
        }
    }

    @Test
    void soItIsWithALocalClient() throws Exception {
        try (TestServer server = TestServer.open(scratch)) {
            MemoryDirectory.Entry volume = server.directory.add("vol", MIB);
            SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
            client.connect(UnixDomainSocketAddress.of(server.socket));
            client.read(ByteBuffer.allocate(18));
            client.write(ByteBuffer.allocate(4).putInt(3).flip());
            client.write(
                    ByteBuffer.wrap(
                            Dialogue.optionBytes(OptionCode.EXPORT_NAME, RawClient.ascii("vol"))));
            client.read(ByteBuffer.allocate(10));
            try (var _ = new Sleep(volume.loop())) {
                int write = Command.WRITE.number();
                byte[] header = RawClient.header(Dialect.SIMPLE, 0, write, 1, 0, OLD.length);
                client.write(ByteBuffer.wrap(HandshakeTest.concat(header, OLD)));
                client.close();
            }
            Await.until(() -> volume.steering().attachments.get() == 0);
            assertEquals(0, volume.steering().requests.get());
        }
    }

    @Test
    void norIsAWriteThatWaitedForRoom() throws Exception {
        NbdLimits one =
                new NbdLimits(
                        8,
                        8,
                        Duration.ofSeconds(9),
                        16,
                        8192,
                        1,
                        32L * MIB,
                        32L * MIB,
                        Duration.ofSeconds(9),
                        Duration.ofSeconds(9));
        try (TestServer server = TestServer.limited(scratch, one)) {
            MemoryDirectory.Entry volume = server.directory.add("vol", MIB);
            BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
            volume.steering().replies = held::add;
            RawClient client = RawClient.attach(server.address(), "vol", Dialect.SIMPLE);
            client.request(0, Command.FLUSH, 1, 0, 0);
            Runnable flushed = held.take();
            client.write(0, 2, 0, OLD);
            try (var _ = new Sleep(volume.loop())) {
                client.close();
                volume.loop().execute(flushed); // the first thing that the loop finds to do
            }
            Await.until(() -> volume.steering().attachments.get() == 0);
            assertEquals(1, volume.steering().requests.get());
        }
    }

    @Test
    void aClientThatWaitsIsServedAfterTheSleep() throws Exception {
        try (TestServer server = TestServer.open(scratch)) {
            MemoryDirectory.Entry volume = server.directory.add("vol", MIB);
            try (RawClient client = RawClient.attach(server.address(), "vol", Dialect.SIMPLE)) {
                try (var _ = new Sleep(volume.loop())) {
                    client.write(0, 1, 0, OLD);
                }
                assertEquals(1, client.chunk(0).cookie());
                assertArrayEquals(OLD, client.get(0, OLD.length));
            }
        }
    }

    @Test
    void aClientThatLeavesInOrderHasItsLastWritesExecuted() throws Exception {
        try (TestServer server = TestServer.open(scratch)) {
            MemoryDirectory.Entry volume = server.directory.add("vol", MIB);
            RawClient client = RawClient.attach(server.address(), "vol", Dialect.SIMPLE);
            client.write(0, 1, 0, OLD);
            client.request(0, Command.DISC, 2, 0, 0);
            client.socket.shutdownOutput();
            assertEquals(1, client.chunk(0).cookie());
            assertEquals(1, volume.steering().requests.get());
            client.close();
        }
    }

    @Test
    void aClientThatReadsNoRepliesIsNotTakenForDeparted() throws Exception {
        NbdLimits impatient =
                new NbdLimits(
                        8,
                        8,
                        Duration.ofSeconds(9),
                        16,
                        8192,
                        64,
                        32L * MIB,
                        64L * MIB,
                        Duration.ofSeconds(9),
                        Duration.ofSeconds(1));
        try (TestServer server = TestServer.limited(scratch, impatient)) {
            MemoryDirectory.Entry volume = server.directory.add("vol", 64L * MIB);
            try (RawClient busy = RawClient.attach(server.address(), "vol", Dialect.SIMPLE, 8192)) {
                for (int i = 0; i < 8; i++) {
                    busy.request(0, Command.READ, i, 0, 4 * MIB);
                }
                CountDownLatch left = new CountDownLatch(1);
                volume.steering().onDetach = left::countDown;
                assertFalse(left.await(4, TimeUnit.SECONDS), "four times the bound");
                for (int i = 0; i < 8; i++) {
                    assertEquals(i, busy.chunk(4 * MIB).cookie());
                }
            }
        }
    }
}
