package io.ashlar.dataplane.net;

import io.ashlar.dataplane.loop.Transport;
import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.message.ToPeer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a link to one peer while it is wanted: connects, says hello, and when that fails or the
 * link breaks, begins again after a growing, jittered pause. Everything but name resolution happens
 * on its event loop.
 */
public final class PeerConnector implements AutoCloseable {

    private final EventLoop loop;
    private final Endpoint endpoint;
    private final PeerTarget peer;
    private final LinkHandler<ToPeer, FromPeer> handler;

    private boolean wanted;
    private Optional<Channel> channel = Optional.empty();
    private long backoffNanos;
    private long beganAtNanos;

    /**
     * Does nothing until {@link #start()}.
     *
     * @param loop where all events of all links to this peer are delivered
     * @param handler told of each link in turn: {@code down} of one precedes {@code up} of the next
     */
    public PeerConnector(
            EventLoop loop,
            Endpoint endpoint,
            PeerTarget peer,
            LinkHandler<ToPeer, FromPeer> handler) {
        this.loop = loop;
        this.endpoint = endpoint;
        this.peer = peer;
        this.handler = handler;
        backoffNanos = endpoint.config().minBackoff().toNanos();
    }

    /** Begins to connect. Thread-safe; to be called once. */
    public void start() {
        loop.execute(() -> {
            wanted = true;
            resolve();
        });
    }

    /** The link is wanted no more; if it is up, {@code down} follows. Thread-safe. */
    @Override
    public void close() {
        loop.execute(() -> {
            wanted = false;
            channel.ifPresent(open -> {
                var _ = open.close();
            });
        });
    }

    /** Asking a name server may take seconds, which no event loop has. */
    private void resolve() {
        Thread.ofVirtual()
                .name("resolve-" + peer.server())
                .start(() -> {
                    InetSocketAddress address = peer.address().resolve();
                    loop.execute(() -> connect(address));
                });
    }

    private void connect(InetSocketAddress address) {
        if (!wanted) {
            return;
        }
        beganAtNanos = System.nanoTime();
        if (address.isUnresolved()) {
            ended();
            return;
        }
        Channel next =
                new Bootstrap()
                        .group(loop)
                        .channel(Transport.of(loop).connecting())
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.SO_KEEPALIVE, true)
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                Math.toIntExact(endpoint.config().connectTimeout().toMillis()))
                        .handler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        join(channel);
                                    }
                                })
                        .connect(address)
                        .channel();
        channel = Optional.of(next);
        next.closeFuture().addListener(_ -> ended());
    }

    private void join(Channel channel) {
        endpoint.config()
                .tls()
                .ifPresent(tls ->
                        channel.pipeline().addLast(tls.connect(channel.alloc(), peer.address())));
        channel.pipeline()
                .addLast(
                        new LinkChannel<>(
                                channel,
                                Side.CONNECTING,
                                endpoint,
                                Optional.of(peer),
                                _ -> loop,
                                handler));
    }

    /** Comes for links that broke and for attempts that failed alike. */
    private void ended() {
        channel = Optional.empty();
        if (!wanted || loop.isShuttingDown()) {
            return;
        }
        long min = endpoint.config().minBackoff().toNanos();
        long max = endpoint.config().maxBackoff().toNanos();
        // What lasted longer than the longest pause needs no pause to keep the attempts apart.
        if (System.nanoTime() - beganAtNanos > max) {
            backoffNanos = min;
        }
        // Half of the pause is random, so that the links of a returning server do not come at once.
        long pause = backoffNanos / 2 + ThreadLocalRandom.current().nextLong(backoffNanos / 2 + 1);
        backoffNanos = Math.min(2 * backoffNanos, max);
        var _ = loop.schedule(this::retry, pause, TimeUnit.NANOSECONDS);
    }

    private void retry() {
        if (wanted) {
            resolve();
        }
    }
}
