package io.ashlar.dataplane.nbd;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import io.ashlar.dataplane.fuzz.Coverage;
import io.ashlar.dataplane.fuzz.FuzzTarget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests, from the bytes to the replies, over a volume in memory of 1 MiB. The first byte of an
 * input chooses dialect and access, the second how the volume behaves and the size of the pieces;
 * the rest is what the client says. Every request that is complete gets exactly one reply, and in
 * the end nothing is held.
 */
public final class TransmissionFuzz implements FuzzTarget {

    private static final int SIZE = 1 << 20;
    private static final List<Dialect> DIALECTS = List.of(Dialect.values());
    private static final NbdMetrics METRICS = new NbdMetrics(new MetricRegistry());

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (Dialect dialect : DIALECTS) {
            for (int choice : new int[] {0, 4, 8, 12}) {
                seeds.add(
                        HandshakeTest.concat(
                                new byte[] {
                                    (byte) (choice | DIALECTS.indexOf(dialect)), (byte) choice
                                },
                                requests(dialect)));
            }
        }
        return seeds;
    }

    private static byte[] requests(Dialect dialect) {
        boolean extended = dialect == Dialect.EXTENDED;
        int payload = extended ? Command.PAYLOAD_LEN : 0;
        byte[] all = {};
        for (int type = 0; type <= 8; type++) {
            boolean write = type == Command.WRITE.number();
            long length = type == Command.FLUSH.number() ? 0 : write ? 16 : 5000;
            if (type != Command.DISC.number()) {
                int flags = write ? payload : 0;
                byte[] head = RawClient.header(dialect, flags, type, type, 0, length);
                all = HandshakeTest.concat(all, head, new byte[write ? 16 : 0]);
            }
        }
        if (extended) {
            byte[] status = new byte[StatusPayload.BYTES];
            status[6] = 1;
            status[11] = Session.ALLOCATION;
            all =
                    HandshakeTest.concat(
                            all, RawClient.header(dialect, payload, 7, 9, 0, 12), status);
        }
        return HandshakeTest.concat(all, RawClient.header(dialect, 0, 2, 0, 0, 0));
    }

    @Override
    public void run(byte[] input, Coverage coverage) {
        if (input.length > 2) {
            Talk talk = new Talk(input[0] & 0xff, input[1] & 0xff, coverage);
            talk.hear(input);
            talk.end();
        }
    }

    /** One connection. */
    private static final class Talk implements Line {

        private final Coverage coverage;
        private final Session session;
        private final boolean held;
        private final int pieceBytes;
        private final EmbeddedChannel channel = new EmbeddedChannel();
        private final Counter granted = new Counter();
        private final MemoryVolume.Steering steering = new MemoryVolume.Steering();
        private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
        private final List<ByteBuf> pieces = new ArrayList<>();
        private final Inflow inflow = new Inflow();
        private final Window window;
        private final Outbox outbox;
        private final Transmission transmission;
        private final Expected expected;
        private boolean woken;
        private boolean reading = true;
        private boolean closing;
        private boolean dropped;

        Talk(int kind, int behaviour, Coverage coverage) {
            this.coverage = coverage;
            Dialect dialect = DIALECTS.get((kind & 3) % 3);
            boolean status = dialect != Dialect.SIMPLE && (kind & 4) != 0;
            Access access = (kind & 8) == 0 ? Access.READ_WRITE : Access.READ_ONLY;
            session = new Session("vol", dialect, status, access);
            expected = new Expected(dialect);
            // Simple replies cannot be told apart without knowing their order.
            held = dialect != Dialect.SIMPLE && (behaviour & 1) != 0;
            steering.failing = (behaviour & 2) != 0;
            steering.replies = held ? waiting::add : Runnable::run;
            boolean narrow = (behaviour & 4) != 0;
            pieceBytes = 1 + 37 * (behaviour >> 3);
            BytePool pool = new BytePool(narrow ? 8192 : 64 << 20, granted);
            window = new Window(narrow ? 2 : 64, 64 << 20, pool, () -> woken = true);
            outbox = new Outbox(channel, window, () -> {});
            MemoryVolume volume =
                    new MemoryVolume("vol", new MemoryDisk(SIZE), steering, channel.eventLoop());
            transmission = new Transmission(session, volume, inflow, window, outbox, this, METRICS);
        }

        void hear(byte[] input) {
            expected.hear(input);
            for (int at = 2; at < input.length && !closing && !dropped; at += pieceBytes) {
                int bytes = Math.min(pieceBytes, input.length - at);
                ByteBuf piece = Unpooled.buffer(bytes).writeBytes(input, at, bytes);
                pieces.add(piece);
                inflow.add(piece);
                transmission.pump();
                settle();
                while (!reading && !waiting.isEmpty()) {
                    waiting.removeLast().run();
                    settle();
                }
            }
        }

        private void settle() {
            do {
                woken = false;
                while (!outbox.isEmpty()) { // what it takes makes it writable again
                    outbox.drain();
                }
                transmission.drained();
                if (woken) {
                    transmission.pump();
                }
            } while (woken);
        }

        /** Lets the volume answer all that is left, compares, and closes. */
        void end() {
            while (!waiting.isEmpty()) {
                waiting.removeFirst().run();
                settle();
            }
            ByteBuf sent = Unpooled.buffer();
            for (ByteBuf part = channel.readOutbound();
                    part != null;
                    part = channel.readOutbound()) {
                sent.writeBytes(part);
                part.release();
            }
            expected.compare(sent, held, dropped, session, coverage);
            coverage.at("end", session.toString(), closing, dropped, held);
            require(closing == expected.disconnects() || dropped, "disconnects out of place");
            transmission.close();
            channel.close().syncUninterruptibly();
            require(granted.getCount() == 0, "bytes that are not given back");
            require(window.idle(), "requests that are not given back");
            require(pieces.stream().allMatch(piece -> piece.refCnt() == 0), "a buffer leaks");
        }

        @Override
        public void reading(boolean wanted) {
            reading = wanted;
        }

        @Override
        public void flushSoon() {}

        @Override
        public void closeWhenSent() {
            require(window.idle(), "closes with requests under way");
            closing = true;
        }

        @Override
        public void drop(String reason) {
            dropped = true;
            coverage.at("drop", Coverage.template(reason));
        }
    }

    /** What a client that is told the truth makes of both sides of a connection. */
    private static final class Expected {

        private final RequestReader reader;
        private final Dialect dialect;
        private final List<RequestHeader> requests = new ArrayList<>();
        private boolean over;
        private boolean disconnects;

        Expected(Dialect dialect) {
            this.dialect = dialect;
            this.reader = new RequestReader(dialect);
        }

        boolean disconnects() {
            return disconnects;
        }

        void hear(byte[] input) {
            ByteBuf in = Unpooled.wrappedBuffer(input, 2, input.length - 2);
            while (in.isReadable() && !over) {
                switch (reader.next(in)) {
                    case STARVED -> {}
                    case HEADER -> begin(reader.header());
                    case PAYLOAD -> requests.add(reader.header());
                    case BROKEN -> over = true;
                }
            }
        }

        private void begin(RequestHeader request) {
            long payload = request.payloadBytes(dialect);
            disconnects = request.is(Command.DISC);
            over =
                    disconnects
                            || (dialect == Dialect.EXTENDED
                                    && Long.compareUnsigned(payload, ExportReply.MAX_PAYLOAD) > 0);
            if (!over && payload == 0) {
                requests.add(request);
            } else if (!over) {
                reader.skip(payload);
            }
        }

        void compare(
                ByteBuf sent, boolean held, boolean dropped, Session session, Coverage coverage) {
            List<Long> open = new ArrayList<>();
            requests.forEach(request -> open.add(request.cookie()));
            for (int i = 0; sent.isReadable(); i++) {
                require(i < requests.size(), "a reply to nothing");
                RequestHeader request = requests.get(i);
                Reply reply = dialect == Dialect.SIMPLE ? simple(sent, request) : chunks(sent);
                require(open.remove((Long) reply.cookie), "a reply to another request");
                if (!held) {
                    require(reply.cookie == request.cookie(), "replies out of order");
                    boolean content = reply.error == 0 && request.is(Command.READ);
                    require(reply.bytes == (content ? request.length() : 0), "content missing");
                    require(
                            !Command.known(request.type()) == (reply.error == 22)
                                    || Command.known(request.type()),
                            "an unknown command is known");
                    coverage.at(
                            session.dialect().name(),
                            session.access().name(),
                            session.blockStatus(),
                            Math.min(request.type(), 9),
                            request.flags() & 0x7f,
                            reply.error,
                            reply.kinds);
                }
            }
            require(dropped || open.isEmpty(), "a request without a reply");
        }

        private record Reply(long cookie, int error, long bytes, int kinds) {}

        private static Reply simple(ByteBuf sent, RequestHeader request) {
            require(sent.readInt() == Magic.SIMPLE_REPLY, "a simple reply's magic");
            int error = error(sent.readInt());
            long cookie = sent.readLong();
            long bytes = error == 0 && request.is(Command.READ) ? request.length() : 0;
            sent.skipBytes((int) bytes);
            return new Reply(cookie, error, bytes, 0);
        }

        private Reply chunks(ByteBuf sent) {
            boolean extended = dialect == Dialect.EXTENDED;
            int magic = extended ? Magic.EXTENDED_REPLY : Magic.STRUCTURED_REPLY;
            int error = 0;
            long bytes = 0;
            int kinds = 0;
            while (true) {
                require(sent.readInt() == magic, "a chunk's magic");
                boolean done = (sent.readUnsignedShort() & Replies.DONE) != 0;
                int type = sent.readUnsignedShort();
                long cookie = sent.readLong();
                sent.skipBytes(extended ? 8 : 0);
                int length = extended ? (int) sent.readLong() : sent.readInt();
                ByteBuf payload = sent.readSlice(length);
                kinds |= 1 << (type & 7);
                switch (type) {
                    case Replies.OFFSET_DATA -> bytes += length - 8;
                    case Replies.OFFSET_HOLE -> bytes += payload.getInt(8);
                    case Replies.ERROR -> error = error(payload.readInt());
                    default -> require(type <= Replies.BLOCK_STATUS_EXT, "a type of chunk");
                }
                if (done) {
                    return new Reply(cookie, error, bytes, kinds);
                }
            }
        }

        private static int error(int number) {
            require(List.of(0, 1, 5, 22, 28, 75, 95).contains(number), "an error's value");
            return number;
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
