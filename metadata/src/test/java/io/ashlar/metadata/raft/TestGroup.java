package io.ashlar.metadata.raft;

import static org.junit.jupiter.api.Assertions.fail;

import io.ashlar.common.config.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** Three metadata peers in this process, on free ports. */
final class TestGroup implements AutoCloseable {

    private final Path directory;
    private final List<PeerAddress> peers;
    private final UnaryOperator<PeerConfig> settings;
    private final Map<String, MetadataPeer> running = new HashMap<>();

    TestGroup(Path directory, UnaryOperator<PeerConfig> settings) {
        this.directory = directory;
        this.settings = settings;
        List<Integer> ports = freePorts(3);
        this.peers = new ArrayList<>();
        for (int n = 1; n <= 3; n++) {
            peers.add(new PeerAddress("m" + n, new HostPort("127.0.0.1", ports.get(n - 1))));
        }
    }

    static List<Integer> freePorts(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
            for (ServerSocket socket : sockets) {
                socket.close();
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    PeerConfig config(String id) {
        return settings.apply(PeerConfig.of(id, PeerAddress.format(peers), directory.resolve(id)));
    }

    List<HostPort> addresses() {
        return peers.stream().map(PeerAddress::address).toList();
    }

    TestGroup startAll() {
        peers.forEach(p -> start(p.id()));
        return this;
    }

    void start(String id) {
        running.put(
                id,
                MetadataPeer.start(config(id), (reason, cause) -> fail(id + ": " + reason, cause)));
    }

    void stop(String id) {
        Optional.ofNullable(running.remove(id)).ifPresent(MetadataPeer::close);
    }

    RaftMetadataClient client() {
        return new RaftMetadataClient(addresses(), RaftMetadataClient.DEFAULT_LIMIT);
    }

    /** The id of the peer that leads, once there is one. */
    String leader() {
        await(() -> leading().isPresent());
        return leading().orElseThrow();
    }

    private Optional<String> leading() {
        return running.entrySet().stream()
                .filter(e -> e.getValue().leads())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** One that does not lead. */
    String follower() {
        String leader = leader();
        return running.keySet().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
    }

    /** Waits at most ten seconds for what other threads bring about. */
    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                fail("did not come about within ten seconds");
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Override
    public void close() {
        stopAll();
    }

    void stopAll() {
        // Each takes a second.
        running.values().parallelStream().forEach(MetadataPeer::close);
        running.clear();
    }
}
