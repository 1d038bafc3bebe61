package io.ashlar.dataplane.net;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.ServerId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from its first byte to its last: the hello, then messages. On its event loop only,
 * to which an accepted one moves after the hello.
 *
 * <p>Owns the reader, the outbox and the order of events. Whatever is wrong with what the peer
 * sends ends this connection and nothing else.
 */
final class LinkChannel<S, R> extends ChannelInboundHandlerAdapter implements FrameReader.Sink {

    private static final Logger LOG = LoggerFactory.getLogger(LinkChannel.class);

    /** Of one read from the socket: four times the default, for a tenth less CPU. */
    private static final int MAX_READ_BYTES = 256 << 10;

    private final Channel channel;
    private final Side<S, R> side;
    private final Endpoint endpoint;
    private final Optional<PeerTarget> called;
    private final IntFunction<EventLoop> home;
    private final LinkHandler<S, R> handler;
    private final Outbox outbox;
    private final FrameWriter writer = new FrameWriter(Hello.FRAME_VERSION);
    private final FrameReader reader = new FrameReader(Hello.FRAME_VERSION);

    private Optional<OpenLink<S>> link = Optional.empty();
    private boolean open = true;
    private boolean moving;
    private String reason = "closed by the peer";
    private final Heartbeat heartbeat;
    private boolean pings;
    private int framesRead;
    private long bytesRead;

    /**
     * Of a connected or accepted channel.
     *
     * @param called whom this side called; empty if it accepted
     * @param home the loop on which an accepted link is to live, by the shard that its hello names
     */
    LinkChannel(
            Channel channel,
            Side<S, R> side,
            Endpoint endpoint,
            Optional<PeerTarget> called,
            IntFunction<EventLoop> home,
            LinkHandler<S, R> handler) {
        this.channel = channel;
        this.side = side;
        this.endpoint = endpoint;
        this.called = called;
        this.home = home;
        this.handler = handler;
        channel.config()
                .setRecvByteBufAllocator(
                        new AdaptiveRecvByteBufAllocator(2048, 8192, MAX_READ_BYTES));
        heartbeat = new Heartbeat(patience(endpoint.config()), new Signs());
        // A sign of life may wait behind megabytes on a slow network: that they go counts, too.
        outbox =
                new Outbox(
                        channel,
                        endpoint.config().maxOutboundBytes(),
                        endpoint.metrics(),
                        heartbeat::heard);
    }

    /** The side that answers is the more patient one: it is the other that finds another way. */
    private Duration patience(LinkConfig config) {
        return called.isPresent() ? config.silence() : config.silence().multipliedBy(2);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        called.ifPresent(peer ->
                sendHello(FrameType.HELLO, Hello.of(endpoint.self(), peer.server(), peer.shard())));
        var _ =
                channel.eventLoop()
                        .schedule(
                                this::checkGreeted,
                                endpoint.config().helloTimeout().toNanos(),
                                TimeUnit.NANOSECONDS);
    }

    private void checkGreeted() {
        if (!channel.eventLoop().inEventLoop()) {
            channel.eventLoop().execute(this::checkGreeted); // it has moved meanwhile
        } else if (open && link.isEmpty()) {
            refuse(new StorageException(ErrorCode.UNAVAILABLE, "no hello in time"));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf in = (ByteBuf) msg;
        try {
            heartbeat.heard();
            bytesRead += in.readableBytes();
            reader.read(in, this);
            if (moving && in.isReadable()) {
                throw new StorageException(
                        ErrorCode.INVALID, "more than a hello before the welcome");
            }
        } catch (StorageException e) {
            refuse(e);
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        endpoint.metrics().received(framesRead, bytesRead);
        framesRead = 0;
        bytesRead = 0;
    }

    @Override
    public boolean reading() {
        return open && !moving;
    }

    @Override
    public void admit(FrameHeader header) {
        FrameType type = header.type();
        boolean expected =
                link.isPresent()
                        ? side.accepts(type) || (pings && type == side.beat())
                        : (type == side.greeting() || type == FrameType.REFUSAL)
                                && header.bodyBytes() <= Hello.MAX_BYTES
                                && header.payloadBytes() == 0;
        if (!expected) {
            throw new StorageException(
                    ErrorCode.INVALID,
                    "unexpected " + type + (link.isPresent() ? "" : " before hello"));
        }
    }

    @Override
    public void frame(FrameHeader header, BodyReader body) {
        framesRead++;
        if (header.type() == side.beat()) {
            beaten(WireCodec.decode(header, body, (sign, _) -> sign.type()));
        } else if (link.isPresent()) {
            handler.received(link.get(), side.decode(header, body));
        } else if (header.type() == FrameType.REFUSAL) {
            refused(WireCodec.decode(header, body, Refusal::decode));
        } else {
            greeted(WireCodec.decode(header, body, Hello::decode));
        }
    }

    /** Who is asked whether it is there says so at once. */
    private void beaten(FrameType sign) {
        if (sign == FrameType.PING) {
            sendSign(FrameType.PONG);
        }
    }

    private void sendSign(FrameType type) {
        writer.begin(type, 0, 0, 0, 0);
        outbox.add(writer);
    }

    private void refused(Refusal refusal) {
        endpoint.metrics().refused(channel.remoteAddress(), refusal.code(), refusal.message());
        close("refused by the peer: " + refusal.message());
    }

    private void greeted(Hello theirs) {
        int version = theirs.agree(endpoint.self());
        called.ifPresent(peer -> checkIdentity(theirs, peer.server()));
        EventLoop loop = called.isPresent() ? channel.eventLoop() : home.apply(theirs.shard());
        if (loop.inEventLoop()) {
            welcome(theirs, version);
        } else {
            moveTo(loop, theirs, version);
        }
    }

    /** To where its messages will be handled, so that none of them changes threads. */
    private void moveTo(EventLoop loop, Hello theirs, int version) {
        moving = true;
        channel.config().setAutoRead(false);
        channel.deregister()
                .addListener(_ ->
                        loop.register(channel)
                                .addListener(moved -> {
                                    moving = false;
                                    if (!moved.isSuccess()) {
                                        close("the link's loop is closed");
                                    } else if (open) {
                                        welcome(theirs, version);
                                        channel.config().setAutoRead(true);
                                    }
                                }));
    }

    private void welcome(Hello theirs, int version) {
        if (called.isEmpty()) {
            sendHello(
                    FrameType.WELCOME,
                    Hello.of(endpoint.self(), theirs.from().server(), theirs.shard())
                            .agreed(version));
        }
        reader.expect(version);
        writer.use(version);
        OpenLink<S> up = new OpenLink<>(this, channel, theirs);
        link = Optional.of(up);
        pings = version >= WireCodec.PING_VERSION;
        if (pings) {
            heartbeat.start(channel.eventLoop());
        }
        endpoint.metrics().linkUp();
        handler.up(up);
    }

    private static void checkIdentity(Hello theirs, ServerId called) {
        ServerId answered = theirs.from().server();
        if (!answered.equals(called)) {
            throw new StorageException(
                    ErrorCode.NOT_FOUND, "server " + answered + " answered for " + called);
        }
    }

    private void sendHello(FrameType type, Hello hello) {
        hello.encode(type, writer);
        outbox.add(writer);
    }

    void send(S message) {
        if (!channel.eventLoop().inEventLoop()) {
            throw new IllegalStateException("a link is used on its event loop only");
        }
        if (!open) {
            return;
        }
        side.encode(message, writer);
        if (!outbox.add(writer)) {
            endpoint.metrics().overflowed();
            close(
                    "more than "
                            + endpoint.config().maxOutboundBytes()
                            + " bytes wait for the network");
        }
    }

    long lastReceivedNanos() {
        return heartbeat.heardNanos();
    }

    void close(String why) {
        if (open) {
            open = false;
            reason = why;
            var _ = channel.close();
        }
    }

    /**
     * Ends the connection for what came over it; before the hello is done, the peer is told why.
     */
    private void refuse(StorageException e) {
        if (!open) {
            return;
        }
        String why = String.valueOf(e.getMessage());
        endpoint.metrics().refused(channel.remoteAddress(), e.code(), why);
        if (link.isPresent()) {
            close(why);
            return;
        }
        open = false;
        reason = why;
        new Refusal(e.code(), why).encode(writer);
        outbox.add(writer);
        outbox.flush();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        open = false;
        heartbeat.stop();
        outbox.release();
        link.ifPresent(up -> {
            endpoint.metrics().linkDown();
            handler.down(up, reason);
        });
    }

    /** A broken connection, or a handler that threw: either way this link is over. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error("link with {} closed by a failure in its handler", this, cause);
        }
        close(cause.toString());
    }

    /** What this side does at a beat. */
    private final class Signs implements Heartbeat.Pulse {

        @Override
        public void beat() {
            if (open && called.isPresent()) {
                sendSign(FrameType.PING);
            }
        }

        @Override
        public void silent(Duration since) {
            endpoint.metrics().silent();
            close("nothing has come for " + since.toMillis() + " ms");
        }
    }

    @Override
    public String toString() {
        return link.map(OpenLink::toString).orElseGet(() -> channel.remoteAddress() + "");
    }
}
