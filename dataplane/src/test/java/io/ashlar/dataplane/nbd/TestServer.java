package io.ashlar.dataplane.nbd;

import com.codahale.metrics.MetricRegistry;
import io.ashlar.dataplane.loop.Transport;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A server over volumes in memory, on a free port of the loopback and on a unix socket. */
final class TestServer implements AutoCloseable {

    final EventLoopGroup loops = Transport.best().loops(2);
    final MemoryDirectory directory = new MemoryDirectory(loops);
    final MetricRegistry metrics = new MetricRegistry();
    final NbdServer server;
    final Path socket;

    private TestServer(
            Path scratch,
            NbdLimits limits,
            AccessRules rules,
            TlsMode tls,
            Optional<SslContext> context) {
        socket = scratch.resolve("nbd.sock");
        server = new NbdServer(loops, directory, rules, context, limits, metrics);
        server.start(
                List.of(
                        new NbdListener(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), tls),
                        new NbdListener(UnixDomainSocketAddress.of(socket), tls)));
    }

    static TestServer open(Path scratch) {
        return limited(scratch, NbdLimits.standard());
    }

    static TestServer limited(Path scratch, NbdLimits limits) {
        return new TestServer(scratch, limits, AccessRules.OPEN, TlsMode.OFF, Optional.empty());
    }

    static TestServer ruled(Path scratch, AccessRules rules) {
        return new TestServer(scratch, NbdLimits.standard(), rules, TlsMode.OFF, Optional.empty());
    }

    static TestServer secured(Path scratch, AccessRules rules, TlsMode tls, SslContext context) {
        return new TestServer(scratch, NbdLimits.standard(), rules, tls, Optional.of(context));
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.addresses().getFirst();
    }

    String uri(String volume) {
        return "nbd://127.0.0.1:" + address().getPort() + "/" + volume;
    }

    String unixUri(String volume) {
        return "nbd+unix:///" + volume + "?socket=" + socket;
    }

    @Override
    public void close() {
        server.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
