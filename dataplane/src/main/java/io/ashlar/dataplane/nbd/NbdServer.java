package io.ashlar.dataplane.nbd;

import com.codahale.metrics.MetricRegistry;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.dataplane.loop.Transport;
import io.ashlar.dataplane.volume.VolumeDirectory;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Serves volumes to NBD clients on TCP addresses and unix sockets. {@link #start} and {@link
 * #close} are called once each, by one thread that is not an event loop; all else runs on the given
 * loops.
 */
public final class NbdServer implements AutoCloseable {

    /** A socket that accepts; its address has the port that was picked. */
    private record Listening(SocketAddress address, Channel channel) {}

    private static final int BACKLOG = 1024;

    /** A kernel is asked this often whether it is there; {@link Contact} judges the answers. */
    private static final int PROBE_SECONDS = 1;

    private static final int MOST_PROBES = 127;
    private static final WriteBufferWaterMark UNSENT =
            new WriteBufferWaterMark(256 << 10, 512 << 10);
    private static final Duration LAST_REPLIES = Duration.ofSeconds(5);

    private final EventLoopGroup loops;
    private final Service service;
    private final ChannelGroup connections =
            new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final List<Listening> listening = new ArrayList<>();

    /**
     * Makes a server that does not listen yet.
     *
     * @param loops event loops: those of the volumes, so that a connection need not move far
     * @param tls for listeners that offer TLS; client certificates are asked for as it says
     */
    public NbdServer(
            EventLoopGroup loops,
            VolumeDirectory directory,
            AccessRules rules,
            Optional<SslContext> tls,
            NbdLimits limits,
            MetricRegistry metrics) {
        this.loops = loops;
        this.service = Service.of(directory, rules, tls, limits, new NbdMetrics(metrics));
    }

    /**
     * Listens on all addresses, or on none.
     *
     * @throws StorageException naming the address that cannot be had
     */
    public void start(List<NbdListener> listeners) {
        for (NbdListener listener : listeners) {
            if (listener.tls() != TlsMode.OFF && service.tls().isEmpty()) {
                throw new StorageException(
                        ErrorCode.INVALID,
                        "TLS is wanted on " + listener.address() + " but no certificate is given");
            }
        }
        for (NbdListener listener : listeners) {
            try {
                listening.add(listen(listener));
            } catch (IOException e) {
                close();
                throw new StorageException(
                        ErrorCode.IO,
                        "cannot listen for NBD on " + listener.address() + ": " + e.getMessage(),
                        e);
            }
        }
    }

    /** Where it listens, in the order given to {@link #start}, with the ports that were picked. */
    public List<SocketAddress> addresses() {
        return listening.stream().map(Listening::address).toList();
    }

    private Listening listen(NbdListener listener) throws IOException {
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNSENT)
                        .childHandler(new Accept(listener));
        SocketAddress address = listener.address();
        Transport transport = Transport.of(loops);
        bootstrap.channel(transport.listening(address));
        if (address instanceof UnixDomainSocketAddress unix) {
            StaleSocket.makeWay(unix);
        } else {
            bootstrap
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.SO_KEEPALIVE, true);
            if (transport == Transport.EPOLL) {
                bootstrap
                        .childOption(EpollChannelOption.TCP_KEEPIDLE, PROBE_SECONDS)
                        .childOption(EpollChannelOption.TCP_KEEPINTVL, PROBE_SECONDS)
                        .childOption(EpollChannelOption.TCP_KEEPCNT, MOST_PROBES);
            }
        }
        ChannelFuture bound = bootstrap.bind(transport.address(address)).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(bound.cause().getMessage(), bound.cause());
        }
        Channel channel = bound.channel();
        return new Listening(
                address instanceof UnixDomainSocketAddress ? address : channel.localAddress(),
                channel);
    }

    /** Equips an accepted connection. */
    private final class Accept extends ChannelInitializer<Channel> {

        private final NbdListener listener;

        Accept(NbdListener listener) {
            this.listener = listener;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (connections.size() >= service.limits().connections()) {
                service.metrics().dropped();
                var _ = channel.close();
                return;
            }
            if (!connections.add(channel)) {
                return;
            }
            service.metrics().connections().inc();
            channel.closeFuture().addListener(_ -> service.metrics().connections().dec());
            SocketAddress peer =
                    Optional.ofNullable(channel.remoteAddress()).orElse(listener.address());
            channel.pipeline()
                    .addLast(
                            "handshake",
                            new HandshakeHandler(channel, peer, listener.tls(), service));
        }
    }

    /** Accepts no more, lets requests under way finish for some seconds, closes all. */
    @Override
    public void close() {
        for (Listening one : listening) {
            one.channel().close().awaitUninterruptibly();
            if (one.address() instanceof UnixDomainSocketAddress unix) {
                StaleSocket.remove(unix);
            }
        }
        listening.clear();
        for (Channel channel : connections) {
            channel.pipeline().fireUserEventTriggered(ServerClosing.NOW);
        }
        connections
                .newCloseFuture()
                .awaitUninterruptibly(LAST_REPLIES.toSeconds(), TimeUnit.SECONDS);
        connections.close().awaitUninterruptibly();
    }
}
