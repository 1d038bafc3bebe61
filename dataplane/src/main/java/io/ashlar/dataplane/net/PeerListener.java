package io.ashlar.dataplane.net;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.dataplane.loop.Transport;
import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.message.ToPeer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.IntFunction;

/** Accepts links from peers: requests come in, replies go out. Thread-safe. */
public final class PeerListener implements AutoCloseable {

    private final Endpoint endpoint;
    private final IntFunction<EventLoop> home;
    private final LinkHandler<FromPeer, ToPeer> handler;
    private final ChannelGroup accepted =
            new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Channel server;

    private PeerListener(
            HostPort address,
            Endpoint endpoint,
            EventLoopGroup loops,
            IntFunction<EventLoop> home,
            LinkHandler<FromPeer, ToPeer> handler) {
        this.endpoint = endpoint;
        this.home = home;
        this.handler = handler;
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loops)
                        .channel(Transport.of(loops).listening(address.resolve()))
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        accept(channel);
                                    }
                                })
                        .bind(address.resolve())
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new StorageException(ErrorCode.IO, "cannot listen on " + address, bound.cause());
        }
        server = bound.channel();
    }

    /**
     * Begins to listen.
     *
     * @param address port 0 for any free one
     * @param loops accept connections and hear their hellos
     * @param home one of the loops, where a link lives whose hello names this shard, from 0 to
     *     65,535
     * @param handler told of every link on that link's loop; shared by all of them
     * @throws StorageException {@code IO} if the address cannot be had
     */
    public static PeerListener bind(
            HostPort address,
            Endpoint endpoint,
            EventLoopGroup loops,
            IntFunction<EventLoop> home,
            LinkHandler<FromPeer, ToPeer> handler) {
        return new PeerListener(address, endpoint, loops, home, handler);
    }

    private void accept(Channel channel) {
        if (accepted.size() >= endpoint.config().maxAccepted()) {
            endpoint.metrics()
                    .refused(
                            channel.remoteAddress(),
                            ErrorCode.UNAVAILABLE,
                            "more than " + endpoint.config().maxAccepted() + " connections");
            var _ = channel.close();
            return;
        }
        accepted.add(channel);
        endpoint.config()
                .tls()
                .ifPresent(tls -> channel.pipeline().addLast(tls.accept(channel.alloc())));
        channel.pipeline()
                .addLast(
                        new LinkChannel<>(
                                channel,
                                Side.ACCEPTING,
                                endpoint,
                                Optional.empty(),
                                home,
                                handler));
    }

    /** Where it listens. */
    public HostPort address() {
        InetSocketAddress local = (InetSocketAddress) server.localAddress();
        return new HostPort(local.getAddress().getHostAddress(), local.getPort());
    }

    /** Stops listening and closes every accepted link; returns when the sockets are closed. */
    @Override
    public void close() {
        server.close().awaitUninterruptibly();
        accepted.close().awaitUninterruptibly();
    }
}
