package io.ashlar.dataplane.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.error.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests and their replies over a socket, in each dialect. */
class TransmissionTest {

    private static final long SIZE = 64L << 20;
    private static final int MAX = 32 << 20;

    @TempDir Path scratch;
    private TestServer server;
    private MemoryDirectory.Entry volume;

    @BeforeEach
    void start() {
        server =
                TestServer.ruled(
                        scratch,
                        (_, name) -> name.equals("ro") ? Access.READ_ONLY : Access.READ_WRITE);
        volume = server.directory.add("vol", SIZE);
        server.directory.add("ro", SIZE);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RawClient attach(Dialect dialect) throws IOException {
        return RawClient.attach(server.address(), "vol", dialect);
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(bytes).nextBytes(noise);
        return noise;
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void readsWhatWasWrittenAtAnyOffsetAndLength(Dialect dialect) throws IOException {
        try (RawClient client = attach(dialect)) {
            for (int length : new int[] {1, 511, 4096, 70_001, 3 << 20, MAX}) {
                byte[] data = noise(length);
                assertEquals(0, client.put(0, 12_345, data));
                assertArrayEquals(data, client.get(12_345, length));
            }
            byte[] last = noise(100);
            assertEquals(0, client.put(0, SIZE - 100, last));
            assertArrayEquals(last, client.get(SIZE - 100, 100));
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void givesEveryErrorItsValueAndKeepsTheConnection(Dialect dialect) throws IOException {
        boolean simple = dialect == Dialect.SIMPLE;
        try (RawClient client = attach(dialect)) {
            assertEquals(22, client.ask(0, Command.READ, SIZE - 1, 2));
            assertEquals(22, client.ask(0, Command.READ, -1, 1));
            assertEquals(22, client.ask(0, Command.READ, Long.MAX_VALUE, 1));
            assertEquals(simple ? 22 : 75, client.ask(0, Command.READ, 0, MAX + 1));
            assertEquals(28, client.put(0, SIZE - 1, new byte[2]));
            assertEquals(28, client.put(0, -1, new byte[5000]));
            assertEquals(28, client.ask(0, Command.WRITE_ZEROES, SIZE - 1, 2));
            assertEquals(22, client.ask(0, Command.TRIM, SIZE - 1, 2));
            assertEquals(22, client.ask(0, Command.CACHE, SIZE, 1));
            assertEquals(22, client.ask(0, Command.FLUSH, 1, 0));
            assertEquals(22, client.ask(0, Command.FLUSH, 0, 1));
            assertEquals(22, client.ask(Command.NO_HOLE, Command.READ, 0, 1));
            assertEquals(22, client.ask(Command.REQ_ONE, Command.TRIM, 0, 1));
            assertEquals(22, client.ask(1 << 9, Command.CACHE, 0, 1));
            assertEquals(22, client.put(Command.DF, 0, new byte[1]));
            assertEquals(95, client.ask(Command.FAST_ZERO, Command.WRITE_ZEROES, 1, 4095));
            assertEquals(22, client.ask(0, Command.BLOCK_STATUS, 0, 0));
            assertEquals(22, client.ask(0, Command.BLOCK_STATUS, SIZE, 1));
            assertEquals(simple ? 22 : 0, client.ask(Command.DF, Command.READ, 0, 1));
            client.send(RawClient.header(dialect, 0, 77, 5, 0, 0));
            assertEquals(22, client.reply(0).getLast().error());
            client.send(RawClient.header(dialect, 0, 0xffff, 5, 0, 0));
            assertEquals(22, client.reply(0).getLast().error());
            assertEquals(0, client.put(0, 0, noise(10)));
            assertArrayEquals(noise(10), client.get(0, 10));
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void doesNothingForNoBytes(Dialect dialect) throws IOException {
        try (RawClient client = attach(dialect)) {
            for (Command command :
                    List.of(Command.READ, Command.TRIM, Command.CACHE, Command.WRITE_ZEROES)) {
                assertEquals(0, client.ask(0, command, SIZE, 0), command.label());
                assertTrue(client.ask(0, command, SIZE + 1, 0) != 0, command.label());
            }
            if (dialect != Dialect.EXTENDED) { // there a payload of no bytes cannot be announced
                assertEquals(0, client.put(0, 5, new byte[0]));
            }
            assertEquals(0, volume.steering().requests.get());
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void passesFlagsOn(Dialect dialect) throws IOException {
        try (RawClient client = attach(dialect)) {
            assertEquals(0, client.put(Command.FUA, 0, noise(9)));
            assertEquals(0, client.ask(Command.FUA, Command.TRIM, 0, 4096));
            assertEquals(0, client.ask(Command.FUA, Command.WRITE_ZEROES, 0, 4096));
            assertEquals(3, volume.steering().fuas.get());
            assertEquals(0, client.ask(Command.FUA, Command.READ, 0, 1));
            assertEquals(0, client.ask(Command.FUA, Command.FLUSH, 0, 0));
            assertEquals(1, volume.steering().flushes.get());
            assertEquals(0, client.ask(0, Command.CACHE, 0, SIZE));
            int fast = Command.FAST_ZERO | Command.NO_HOLE;
            assertEquals(0, client.ask(fast, Command.WRITE_ZEROES, 4000, SIZE - 4000));
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void refusesChangesOfAReadOnlyExport(Dialect dialect) throws IOException {
        try (RawClient client = RawClient.attach(server.address(), "ro", dialect)) {
            assertEquals(1, client.put(0, 0, noise(100_000)));
            assertEquals(1, client.ask(0, Command.TRIM, 0, 1));
            assertEquals(1, client.ask(0, Command.WRITE_ZEROES, 0, 1));
            assertEquals(0, client.ask(0, Command.FLUSH, 0, 0));
            assertArrayEquals(new byte[10], client.get(0, 10));
        }
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void failuresOfTheVolumeReachTheClient(ErrorCode code) throws IOException {
        volume.steering().failure.set(code);
        int expected = NbdError.of(code).number();
        for (Dialect dialect : Dialect.values()) {
            try (RawClient client = attach(dialect)) {
                volume.steering().failing = true;
                assertEquals(expected, client.put(0, 0, noise(100)));
                volume.steering().failing = true;
                assertEquals(expected, client.ask(0, Command.READ, 0, 5000));
                assertEquals(0, client.put(0, 0, noise(100)));
            }
        }
    }

    @Test
    void consumesThePayloadOfAWriteThatIsTooLong() throws IOException {
        try (RawClient client = attach(Dialect.STRUCTURED)) {
            assertEquals(22, client.put(0, 0, new byte[MAX + 1]));
            assertEquals(0, client.put(0, 0, noise(100)));
        }
        try (RawClient client = attach(Dialect.EXTENDED)) {
            client.send(RawClient.header(Dialect.EXTENDED, Command.PAYLOAD_LEN, 1, 5, 0, 1L + MAX));
            assertTrue(client.closed());
        }
    }

    @Test
    void sendsHolesForZerosUnlessToldNotTo() throws IOException {
        try (RawClient client = attach(Dialect.STRUCTURED)) {
            client.put(0, 0, noise(4096));
            client.put(0, 100 << 10, noise(4096));
            client.put(0, 112 << 10, noise(4096)); // 8 KiB of zeros before it: not worth a hole
            client.request(0, Command.READ, 9, 100, 200 << 10);
            List<RawClient.Chunk> chunks = client.reply(0);
            assertEquals(List.of(1, 2, 1, 2), chunks.stream().map(RawClient.Chunk::type).toList());
            assertEquals(8 + 4096 - 100, chunks.get(0).payload().length);
            ByteBuffer hole = ByteBuffer.wrap(chunks.get(1).payload());
            assertEquals(4096, hole.getLong());
            assertEquals((100 << 10) - 4096, hole.getInt());
            assertEquals(8 + (16 << 10), chunks.get(2).payload().length);
            client.request(Command.DF, Command.READ, 9, 100, 200 << 10);
            List<RawClient.Chunk> whole = client.reply(0);
            assertEquals(1, whole.size());
            assertEquals(8 + (200 << 10), whole.getFirst().payload().length);
        }
    }

    @Test
    void tellsAllocationOneRunAtATimeIfAsked() throws IOException {
        try (RawClient client = attach(Dialect.STRUCTURED)) {
            client.put(0, 4096, noise(4096));
            client.ask(Command.NO_HOLE, Command.WRITE_ZEROES, 8192, 4096);
            client.request(0, Command.BLOCK_STATUS, 3, 100, 20_000);
            assertArrayEquals(
                    status(1, 3996, 3, 4096, 0, 4096, 2, 7812, 3),
                    client.reply(0).getFirst().payload());
            client.request(Command.REQ_ONE, Command.BLOCK_STATUS, 3, 100, 20_000);
            assertArrayEquals(status(1, 3996, 3), client.reply(0).getFirst().payload());
        }
    }

    private static byte[] status(int... words) {
        ByteBuffer payload = ByteBuffer.allocate(4 * words.length);
        Arrays.stream(words).forEach(payload::putInt);
        return payload.array();
    }

    @Test
    void extendedBlockStatusMayNameItsContexts() throws IOException {
        try (RawClient client = attach(Dialect.EXTENDED)) {
            int[] expected = {0, 22, 22, 22};
            long[][] asked = {{12, SIZE, 1}, {12, SIZE, 2}, {16, SIZE, 1}, {12, SIZE + 1, 1}};
            for (int i = 0; i < asked.length; i++) {
                ByteBuffer payload = ByteBuffer.allocate((int) asked[i][0]);
                payload.putLong(asked[i][1]).putInt((int) asked[i][2]);
                client.request(Command.PAYLOAD_LEN, Command.BLOCK_STATUS, 6, 0, asked[i][0]);
                client.send(payload.array());
                assertEquals(expected[i], client.reply(0).getLast().error(), "case " + i);
            }
            client.request(0, Command.BLOCK_STATUS, 6, 0, SIZE);
            RawClient.Chunk status = client.reply(0).getLast();
            assertEquals(Replies.BLOCK_STATUS_EXT, status.type());
            ByteBuffer expect = ByteBuffer.allocate(24);
            expect.putInt(1).putInt(1).putLong(SIZE).putLong(3);
            assertArrayEquals(expect.array(), status.payload());
        }
    }

    @Test
    void answersInTheOrderInWhichTheVolumeDoes() throws Exception {
        BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
        volume.steering().replies = held::add;
        try (RawClient client = attach(Dialect.SIMPLE)) {
            client.request(0, Command.READ, 1, 0, 10);
            client.request(0, Command.READ, 2, 0, 20);
            Runnable first = held.take();
            Runnable second = held.take();
            volume.loop().execute(second);
            assertEquals(2, client.chunk(20).cookie());
            volume.loop().execute(first);
            assertEquals(1, client.chunk(10).cookie());
        }
    }

    @Test
    void aDisconnectWaitsForWhatIsUnderWay() throws Exception {
        BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
        volume.steering().replies = held::add;
        try (RawClient client = attach(Dialect.STRUCTURED)) {
            client.write(0, 7, 0, noise(5000));
            client.request(0, Command.DISC, 8, 0, 0);
            volume.loop().execute(held.take());
            assertEquals(7, client.chunk(0).cookie());
            assertTrue(client.closed());
        }
        Await.until(() -> volume.steering().attachments.get() == 0);
    }

    @Test
    void aClientThatDisconnectsAndClosesItsSideGetsWhatIsUnderWay() throws Exception {
        BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
        volume.steering().replies = held::add;
        try (RawClient client = attach(Dialect.STRUCTURED)) {
            client.write(0, 7, 0, noise(5000));
            client.request(0, Command.READ, 8, 0, 5000);
            client.request(0, Command.DISC, 9, 0, 0);
            client.socket.shutdownOutput();
            Runnable write = held.take();
            Runnable read = held.take();
            volume.loop().execute(write);
            assertEquals(7, client.chunk(0).cookie());
            volume.loop().execute(read);
            assertEquals(8, client.chunk(0).cookie());
            assertTrue(client.closed());
        }
        Await.until(() -> volume.steering().attachments.get() == 0);
    }

    /** It may be asking elsewhere by now for what it has not been answered. */
    @Test
    void aClientThatClosesWithoutAWordHasLeft() throws Exception {
        BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
        volume.steering().replies = held::add;
        try (RawClient client = attach(Dialect.STRUCTURED)) {
            client.write(0, 7, 0, noise(5000));
            Runnable write = held.take();
            client.socket.shutdownOutput();
            Await.until(() -> volume.steering().attachments.get() == 0);
            assertTrue(client.closed());
            volume.loop().execute(write);
        }
        Await.until(() -> server.metrics.counter("nbd.payload.bytes").getCount() == 0);
    }

    @Test
    void followsTheVolumesSize() throws IOException {
        try (RawClient client = attach(Dialect.STRUCTURED)) {
            assertEquals(28, client.put(0, SIZE, new byte[10]));
            volume.disk().resize(SIZE + 4096);
            assertEquals(0, client.put(0, SIZE, new byte[10]));
        }
    }

    @Test
    void closesTheConnectionsOfALostVolume() throws IOException {
        try (RawClient client = attach(Dialect.STRUCTURED)) {
            assertEquals(0, client.put(0, 0, noise(10)));
            volume.attached().forEach(MemoryVolume::lose);
            assertTrue(client.closed());
        }
        Await.until(() -> volume.steering().attachments.get() == 0);
    }

    @Test
    void dropsWhatIsNoRequest() throws IOException {
        try (RawClient client = attach(Dialect.SIMPLE)) {
            client.send(new byte[28]);
            assertTrue(client.closed());
        }
        try (RawClient client = attach(Dialect.EXTENDED)) {
            client.send(RawClient.header(Dialect.SIMPLE, 0, 0, 0, 0, 1));
            client.send(new byte[4]);
            assertTrue(client.closed());
        }
    }

    @Test
    void readsRequestsThatCameWithTheLastOption() throws IOException {
        try (RawClient client = RawClient.connect(server.address())) {
            client.send(
                    HandshakeTest.concat(
                            ByteBuffer.allocate(4).putInt(3).array(),
                            Dialogue.optionBytes(OptionCode.EXPORT_NAME, RawClient.ascii("vol")),
                            RawClient.header(Dialect.SIMPLE, 0, 0, 11, 0, 16)));
            assertEquals(SIZE, client.in.readLong());
            client.in.readShort();
            assertEquals(11, client.chunk(16).cookie());
            assertFalse(client.socket.isClosed());
        }
    }
}
