package io.ashlar.dataplane.server;

import com.codahale.metrics.MetricRegistry;
import io.ashlar.common.config.ByteSize;
import io.ashlar.common.config.HostPort;
import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.message.Timing;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.Holder;
import io.ashlar.metadata.model.VolumePolicy;
import io.ashlar.metadata.raft.MetadataPeer;
import io.ashlar.metadata.raft.PeerConfig;
import io.ashlar.metadata.raft.RaftMetadataClient;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Three metadata peers and three storage servers in this process. */
final class TestCluster implements AutoCloseable {

    private final Path directory;
    private final String metadata;
    private final RaftMetadataClient client;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Map<String, StorageServer> servers = new TreeMap<>();
    private final Map<String, MetricRegistry> metrics = new TreeMap<>();
    private final UnaryOperator<ServerConfig> setUp;

    TestCluster(Path directory) throws IOException {
        this(directory, UnaryOperator.identity());
    }

    /** Every server is set up as {@code setUp} changes it. */
    TestCluster(Path directory, UnaryOperator<ServerConfig> setUp) throws IOException {
        this.directory = directory;
        this.setUp = setUp;
        List<HostPort> addresses = freeAddresses(3);
        metadata = addresses.stream().map(HostPort::toString).collect(Collectors.joining(","));
        String peers =
                IntStream.range(0, 3)
                        .mapToObj(i -> "m" + i + "@" + addresses.get(i))
                        .collect(Collectors.joining(","));
        for (int i = 0; i < 3; i++) {
            parts.push(
                    MetadataPeer.start(PeerConfig.of("m" + i, peers, directory.resolve("m" + i))));
        }
        client = RaftMetadataClient.connect(metadata);
        parts.push(client);
        for (int i = 1; i <= 3; i++) {
            start("server-" + i);
        }
    }

    private static List<HostPort> freeAddresses(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0));
            }
            return sockets.stream()
                    .map(socket -> new HostPort("127.0.0.1", socket.getLocalPort()))
                    .toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    private ServerConfig config(String name) {
        Path home = directory.resolve(name);
        return new ServerConfig(
                new ServerId(name),
                "zone-" + name,
                home,
                List.of(new ServerConfig.OneDevice(home.resolve("d"), new ByteSize(1L << 30))),
                metadata,
                new HostPort("127.0.0.1", 0),
                new HostPort("127.0.0.1", 0),
                List.of(),
                Optional.empty(),
                1,
                Timing.DEFAULT,
                ServerConfig.DEFAULT_RESYNC,
                new ServerConfig.Scrub(64L << 20, Duration.ofMillis(100)),
                Security.NONE,
                ServerConfig.DEFAULT_MAP);
    }

    void start(String name) {
        RaftMetadataClient own = RaftMetadataClient.connect(metadata);
        StorageServer server =
                StorageServer.start(
                        setUp.apply(config(name)),
                        own,
                        metrics.computeIfAbsent(name, n -> new MetricRegistry()));
        servers.put(name, server);
        parts.push(own);
        parts.push(server);
    }

    void createVolume(String name, long bytes) {
        Answer answer =
                client.submit(
                        new Command.CreateVolume(
                                UUID.randomUUID(), name, bytes, 0, new VolumePolicy(3, 2)));
        if (answer instanceof Answer.Rejected) {
            throw new AssertionError(answer);
        }
    }

    /** Under which epoch a volume is leased. */
    long epoch(String volume) {
        return client.ask(new Query.ShowVolume(volume)) instanceof Answer.Volume found
                ? found.view().volume().lease().epoch()
                : 0;
    }

    Optional<String> holder(String volume) {
        return client.ask(new Query.ShowVolume(volume)) instanceof Answer.Volume found
                ? found.view().volume().lease().holder().map(Holder::server).map(ServerId::name)
                : Optional.empty();
    }

    /** How often a meter of a server was marked. */
    long count(String server, String meter) {
        return Objects.requireNonNull(metrics.get(server), server).meter(meter).getCount();
    }

    /** Where the one device of a server is. */
    Path device(String server) {
        return directory.resolve(server).resolve("d");
    }

    /** The row of that device. */
    DeviceRow deviceRow(String server) {
        if (client.ask(new Query.ListServers()) instanceof Answer.Servers found) {
            for (DeviceRow row : found.devices()) {
                if (row.server().name().equals(server)) {
                    return row;
                }
            }
        }
        throw new AssertionError("no device of " + server);
    }

    /** How many mirrors of a volume's first extent are in sync. */
    int inSync(String volume) {
        return client.ask(new Query.ShowVolume(volume)) instanceof Answer.Volume found
                ? found.view().extents().getFirst().inSync().size()
                : 0;
    }

    /** Of the cluster's metadata group. */
    RaftMetadataClient client() {
        return client;
    }

    List<String> names() {
        return List.copyOf(servers.keySet());
    }

    NbdClient connect(String server, String volume) throws IOException {
        return new NbdClient(nbd(server), volume);
    }

    HostPort nbd(String server) {
        return Objects.requireNonNull(servers.get(server), server).nbdAddress();
    }

    /** Ends a server as an operator would. */
    void stop(String name) {
        StorageServer server = Objects.requireNonNull(servers.remove(name), name);
        parts.remove(server);
        server.close();
    }

    @Override
    public void close() {
        Closing.all(parts);
    }
}
