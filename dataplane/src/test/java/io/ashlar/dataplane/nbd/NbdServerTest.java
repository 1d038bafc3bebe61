package io.ashlar.dataplane.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.codahale.metrics.MetricRegistry;
import io.ashlar.common.error.StorageException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting, and closing with requests under way. */
class NbdServerTest {

    @TempDir Path scratch;

    private static NbdServer another(TestServer first) {
        return new NbdServer(
                first.loops,
                first.directory,
                AccessRules.OPEN,
                Optional.empty(),
                NbdLimits.standard(),
                new MetricRegistry());
    }

    @Test
    void saysWhichAddressIsTakenAndListensOnNone() throws Exception {
        try (TestServer first = TestServer.open(scratch);
                NbdServer second = another(first)) {
            NbdListener free =
                    new NbdListener(
                            UnixDomainSocketAddress.of(scratch.resolve("free")), TlsMode.OFF);
            NbdListener taken = new NbdListener(first.address(), TlsMode.OFF);
            StorageException failure =
                    assertThrows(StorageException.class, () -> second.start(List.of(free, taken)));
            String message = String.valueOf(failure.getMessage());
            assertTrue(message.contains("" + first.address().getPort()), message);
            assertTrue(message.contains("in use"), message);
            assertTrue(second.addresses().isEmpty() && Files.notExists(scratch.resolve("free")));
        }
    }

    @Test
    void doesNotStealALivingUnixSocketButReplacesADeadOne() throws Exception {
        try (TestServer first = TestServer.open(scratch);
                NbdServer second = another(first);
                NbdServer third = another(first)) {
            NbdListener taken =
                    new NbdListener(UnixDomainSocketAddress.of(first.socket), TlsMode.OFF);
            assertThrows(StorageException.class, () -> second.start(List.of(taken)));
            Path dead = scratch.resolve("dead");
            ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                    .bind(UnixDomainSocketAddress.of(dead))
                    .close();
            assertTrue(Files.exists(dead));
            third.start(List.of(new NbdListener(UnixDomainSocketAddress.of(dead), TlsMode.OFF)));
            assertEquals(1, third.addresses().size());
        }
    }

    @Test
    void needsACertificateForTls() {
        try (TestServer first = TestServer.open(scratch);
                NbdServer second = another(first)) {
            NbdListener tls = new NbdListener(first.address(), TlsMode.REQUIRED);
            assertThrows(StorageException.class, () -> second.start(List.of(tls)));
        }
    }

    @Test
    void answersWhatIsUnderWayBeforeItCloses() throws Exception {
        try (TestServer server = TestServer.open(scratch)) {
            MemoryDirectory.Entry volume = server.directory.add("vol", 1 << 20);
            BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
            volume.steering().replies = held::add;
            try (RawClient client = RawClient.attach(server.address(), "vol", Dialect.STRUCTURED);
                    RawClient haggling = RawClient.connect(server.address())) {
                byte[] data = {1, 2, 3};
                client.write(0, 5, 0, data);
                Runnable reply = held.take();
                Thread closing = Thread.ofVirtual().start(server.server::close);
                assertTrue(haggling.closed());
                volume.loop().execute(reply);
                assertEquals(5, client.chunk(0).cookie());
                assertTrue(client.closed());
                closing.join();
                assertArrayEquals(data, volume.disk().read(0, 3));
                assertTrue(Files.notExists(server.socket));
            }
        }
    }

    @Test
    void countsWhatItServes() throws Exception {
        try (TestServer server = TestServer.open(scratch)) {
            server.directory.add("vol", 1 << 20);
            try (RawClient client = RawClient.attach(server.address(), "vol", Dialect.STRUCTURED)) {
                client.put(0, 0, new byte[5000]);
                client.get(0, 700);
                client.ask(0, Command.FLUSH, 1, 1);
            }
            assertEquals(1, server.metrics.timer("nbd.requests.write").getCount());
            assertTrue(server.metrics.timer("nbd.requests.write").getSnapshot().getMedian() > 1000);
            assertEquals(5000, server.metrics.meter("nbd.written.bytes").getCount());
            assertEquals(700, server.metrics.meter("nbd.read.bytes").getCount());
            assertEquals(1, server.metrics.meter("nbd.requests.refused").getCount());
        }
    }
}
