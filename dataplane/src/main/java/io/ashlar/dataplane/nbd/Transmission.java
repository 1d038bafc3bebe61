package io.ashlar.dataplane.nbd;

import io.ashlar.dataplane.volume.Allocation;
import io.ashlar.dataplane.volume.AttachedVolume;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;

/**
 * The transmission phase of one connection: cuts requests out of the inflow, admits them through
 * the window, hands them to the volume and puts the replies into the outbox, in the order in which
 * they become ready. Runs on the volume's loop.
 *
 * <p>A request whose header is read but for which the window has no room is <em>parked</em>:
 * nothing behind it is read.
 */
final class Transmission implements BytePool.Holder {

    private static final byte[] NOTHING = {};

    private final Session session;
    private final AttachedVolume volume;
    private final Inflow inflow;
    private final Window window;
    private final Outbox outbox;
    private final Line line;
    private final NbdMetrics metrics;
    private final RequestReader reader;
    private final RequestRules rules;
    private final Replies replies;

    private Optional<Refusal> refusal = Optional.empty();
    private long cost;
    private boolean parked;
    private boolean admitted;
    private final Pace incoming = new Pace();
    private boolean pumping;
    private boolean ending;
    private boolean closed;

    Transmission(
            Session session,
            AttachedVolume volume,
            Inflow inflow,
            Window window,
            Outbox outbox,
            Line line,
            NbdMetrics metrics) {
        this.session = session;
        this.volume = volume;
        this.inflow = inflow;
        this.window = window;
        this.outbox = outbox;
        this.line = line;
        this.metrics = metrics;
        this.reader = new RequestReader(session.dialect());
        this.rules = new RequestRules(session);
        this.replies = new Replies(session.dialect());
        window.pool().enter(this);
    }

    /** Consumes the inflow as far as the window allows. */
    void pump() {
        if (pumping || closed) {
            return;
        }
        pumping = true;
        boolean more = true;
        while (more && !ending) {
            more = step();
        }
        pumping = false;
        if (!closed) {
            line.reading(!parked && !ending);
        }
    }

    @Override
    public boolean stalled(long nowNanos, long stallNanos) {
        boolean receiving = admitted && cost > 0 && reader.inPayload();
        boolean sendsNone = incoming.stalled(receiving, nowNanos, stallNanos);
        boolean readsNone = outbox.stalled(nowNanos, stallNanos);
        return sendsNone || readsNone;
    }

    @Override
    public void dropStalled() {
        drop("others wait for the bytes that it neither sends nor reads");
    }

    /** Whether a request waits for room. */
    boolean parked() {
        return parked;
    }

    /** What was added to the outbox has left it: a disconnecting client may be let go. */
    void drained() {
        if (ending && !closed && window.idle()) {
            line.closeWhenSent();
        }
    }

    /** Reads no more; closes when every request under way is answered. */
    void end() {
        ending = true;
        abandonUnread();
        volume.leaving();
        line.reading(false);
        drained();
    }

    /** Whether a client said that it disconnects, or this server closes. */
    boolean ending() {
        return ending;
    }

    /** Whether requests are under way. */
    boolean busy() {
        return !window.idle();
    }

    /** After {@link #close}: whoever has not answered by now never will. */
    void forget() {
        window.close();
    }

    /** The connection is gone; replies that still arrive go nowhere. */
    void close() {
        closed = true;
        ending = true;
        abandonUnread();
        outbox.clear();
        window.pool().leave(this);
    }

    /** Forgets a request of which not everything was read. */
    private void abandonUnread() {
        if (admitted) {
            admitted = false;
            window.give(cost);
        }
        parked = false;
        window.leave();
        inflow.release();
    }

    private boolean step() {
        if (parked) {
            return admit();
        }
        if (inflow.isEmpty()) {
            return false;
        }
        ByteBuf in = inflow.first();
        int before = in.readableBytes();
        RequestReader.Step step = reader.next(in);
        incoming.moved(before - in.readableBytes());
        switch (step) {
            case STARVED -> {}
            case HEADER -> begin(reader.header());
            case PAYLOAD -> execute(reader.header(), reader.takePayload());
            case BROKEN -> drop("a request does not begin as one");
        }
        return !closed;
    }

    private void begin(RequestHeader request) {
        if (request.is(Command.DISC)) {
            end();
            return;
        }
        refusal = rules.check(request, volume.info().sizeBytes());
        cost = refusal.isPresent() ? 0 : cost(request);
        parked = true;
    }

    /** What a request holds in memory, at most. */
    private long cost(RequestHeader request) {
        return switch (Command.of(request.type())) {
            case READ, WRITE -> request.length();
            case CACHE -> Math.min(request.length(), ExportReply.MAX_PAYLOAD);
            case BLOCK_STATUS -> 16L * Replies.MAX_DESCRIPTORS;
            case DISC, FLUSH, TRIM, WRITE_ZEROES -> 0;
        };
    }

    private boolean admit() {
        if (!window.take(cost)) {
            return false;
        }
        parked = false;
        admitted = true;
        RequestHeader request = reader.header();
        long payload = request.payloadBytes(session.dialect());
        if (payload == 0) {
            execute(request, NOTHING);
        } else if (refusal.isEmpty()) {
            incoming.restart();
            reader.receive(new byte[(int) payload]);
        } else if (session.dialect() == Dialect.EXTENDED
                && Long.compareUnsigned(payload, ExportReply.MAX_PAYLOAD) > 0) {
            drop("a payload of " + Long.toUnsignedString(payload) + " bytes");
            return false;
        } else {
            reader.skip(payload);
        }
        return true;
    }

    private void execute(RequestHeader read, byte[] payload) {
        admitted = false;
        RequestHeader request = read;
        if (refusal.isEmpty() && payload.length > 0 && !request.is(Command.WRITE)) {
            Optional<RequestHeader> resolved = StatusPayload.resolve(request, payload);
            request = resolved.orElse(request);
            refusal =
                    resolved.isEmpty()
                            ? Optional.of(new Refusal(NbdError.EINVAL, "no such metadata context"))
                            : rules.check(request, volume.info().sizeBytes());
        }
        if (refusal.isPresent()) {
            refuse(request, refusal.get());
        } else {
            submit(request, payload);
        }
    }

    private void refuse(RequestHeader request, Refusal why) {
        metrics.refused();
        send(replies.failure(request, why.error(), why.message()), cost);
    }

    private void submit(RequestHeader request, byte[] payload) {
        Command command = Command.of(request.type());
        if (command != Command.FLUSH && request.length() == 0) {
            send(replies.success(request), cost);
            return;
        }
        long offset = request.offset();
        long length = request.length();
        boolean fua = request.has(Command.FUA);
        switch (command) {
            case READ ->
                    volume.read(offset, (int) length, exchange(request, Transmission::sendData));
            case CACHE -> {
                int cached = (int) Math.min(length, ExportReply.MAX_PAYLOAD);
                volume.read(offset, cached, exchange(request, Transmission::sendSuccess));
            }
            case WRITE ->
                    volume.write(
                            offset, payload, fua, exchange(request, Transmission::sendSuccess));
            case TRIM ->
                    volume.trim(offset, length, fua, exchange(request, Transmission::sendSuccess));
            case WRITE_ZEROES ->
                    volume.zero(
                            offset,
                            length,
                            !request.has(Command.NO_HOLE),
                            fua,
                            exchange(request, Transmission::sendSuccess));
            case FLUSH -> volume.flush(exchange(request, Transmission::sendSuccess));
            case BLOCK_STATUS ->
                    volume.allocation(offset, length, exchange(request, Transmission::sendStatus));
            case DISC -> throw new IllegalStateException("a disconnect is not submitted");
        }
    }

    private <T> Exchange<T> exchange(RequestHeader request, Exchange.Answer<T> answer) {
        return new Exchange<>(this, request, cost, System.nanoTime(), answer);
    }

    <T> void answered(Exchange<T> exchange, T result) {
        if (closed) {
            window.give(exchange.cost());
            return;
        }
        metrics.done(exchange.request(), System.nanoTime() - exchange.startNanos());
        exchange.answer().send(this, exchange, result);
    }

    void failed(Exchange<?> exchange, NbdError error, String message) {
        if (closed) {
            window.give(exchange.cost());
            return;
        }
        metrics.failed();
        send(replies.failure(exchange.request(), error, message), exchange.cost());
    }

    private <T> void sendSuccess(Exchange<T> exchange, T result) {
        send(replies.success(exchange.request()), exchange.cost());
    }

    private void sendStatus(Exchange<List<Allocation>> exchange, List<Allocation> runs) {
        send(replies.status(exchange.request(), runs), exchange.cost());
    }

    private void sendData(Exchange<byte[]> exchange, byte[] data) {
        RequestHeader request = exchange.request();
        if (session.dialect() == Dialect.SIMPLE) {
            byte[] head = replies.success(request);
            outbox.add(head, 0, head.length);
            outbox.addLast(data, 0, data.length, exchange.cost());
        } else {
            new ReadReply(replies, outbox, request, data).send(exchange.cost());
        }
        line.flushSoon();
    }

    private void send(byte[] reply, long cost) {
        outbox.addLast(reply, 0, reply.length, cost);
        line.flushSoon();
    }

    private void drop(String reason) {
        ending = true;
        abandonUnread();
        line.drop(reason);
    }
}
