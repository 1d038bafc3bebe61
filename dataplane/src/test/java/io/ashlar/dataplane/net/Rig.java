package io.ashlar.dataplane.net;

import com.codahale.metrics.MetricRegistry;
import io.ashlar.common.config.HostPort;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.loop.Transport;
import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.message.ToPeer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Two servers of one cluster on loopback: {@code near} connects, {@code far} listens. */
final class Rig implements AutoCloseable {

    static final ClusterId CLUSTER = new ClusterId(new UUID(1, 2));
    static final ServerId NEAR = new ServerId("near");
    static final ServerId FAR = new ServerId("far");

    final MetricRegistry registry = new MetricRegistry();
    final LinkMetrics metrics = new LinkMetrics(registry);
    final EventLoopGroup loops = Transport.best().loops(2);

    /** Where accepted links live. */
    final EventLoop home = loops.next();

    final RecordingHandler<ToPeer, FromPeer> near = new RecordingHandler<>();
    final RecordingHandler<FromPeer, ToPeer> far;
    private final List<Runnable> open = new ArrayList<>();

    LinkConfig config =
            new LinkConfig(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10),
                    Duration.ofMillis(5),
                    Duration.ofMillis(40),
                    64 << 20,
                    64,
                    Duration.ofSeconds(20),
                    Optional.empty());

    Rig() {
        this(new RecordingHandler<>());
    }

    Rig(RecordingHandler<FromPeer, ToPeer> far) {
        this.far = far;
    }

    Endpoint endpoint(ClusterId cluster, ServerId server) {
        return new Endpoint(new Identity(cluster, server, 77), config, metrics);
    }

    PeerListener listen(int port) {
        return listen(port, far);
    }

    PeerListener listen(int port, LinkHandler<FromPeer, ToPeer> handler) {
        PeerListener listener =
                PeerListener.bind(
                        new HostPort("127.0.0.1", port),
                        endpoint(CLUSTER, FAR),
                        loops,
                        _ -> home,
                        handler);
        open.add(listener::close);
        return listener;
    }

    PeerConnector connect(HostPort address) {
        return connect(address, CLUSTER, FAR);
    }

    PeerConnector connect(HostPort address, ClusterId cluster, ServerId called) {
        PeerConnector connector =
                new PeerConnector(
                        loops.next(),
                        new Endpoint(new Identity(cluster, NEAR, 66), config, metrics),
                        new PeerTarget(called, address, 3),
                        near);
        open.add(connector::close);
        connector.start();
        return connector;
    }

    /** A connection on which the test itself says what it likes. */
    Socket raw(HostPort address) throws IOException {
        Socket socket = new Socket(address.host(), address.port());
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        open.add(() -> close(socket));
        return socket;
    }

    static byte[] hello(ClusterId cluster, ServerId to, int minVersion, int maxVersion, int role) {
        Identity self = new Identity(cluster, NEAR, 55);
        return Frames.of(new Hello(self, to, minVersion, maxVersion, role, 0), FrameType.HELLO);
    }

    static byte[] hello() {
        return hello(CLUSTER, FAR, 1, 1, Hello.ROLE_PEER);
    }

    long count(String name) {
        return registry.counter(name).getCount();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        open.reversed().forEach(Runnable::run);
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
