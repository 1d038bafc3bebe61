package io.ashlar.ops.daemon;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.message.Timing;
import io.ashlar.dataplane.server.Security;
import io.ashlar.dataplane.server.ServerConfig;
import io.ashlar.dataplane.server.ServerConfig.OneDevice;
import io.ashlar.metadata.raft.MetadataPeer;
import io.ashlar.metadata.raft.PeerConfig;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole cluster in one process: three metadata peers and three storage servers, each with its own
 * directory, ports and threads, talking to each other as they would from machine to machine.
 */
public final class EmbeddedCluster implements AutoCloseable {

    /** How many metadata peers and how many servers. */
    public static final int MEMBERS = 3;

    /** Ports are base + 1.., base + 101.. and base + 201.., as in ops/local-cluster. */
    private static final int PEER_PORTS = 100;

    private static final int NBD_PORTS = 200;
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCluster.class);

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final List<HostPort> group;
    private final List<HostPort> nbd = new ArrayList<>();

    private EmbeddedCluster(int basePort) {
        group = members().mapToObj(i -> local(basePort + i)).toList();
    }

    /**
     * Starts the cluster, or continues the one that the directory holds.
     *
     * @param directory for all data
     * @param basePort its ports are counted from here
     * @throws io.ashlar.common.error.StorageException naming what stands in the way; nothing is
     *     left running
     */
    public static EmbeddedCluster start(Path directory, int basePort) {
        EmbeddedCluster cluster = new EmbeddedCluster(basePort);
        try {
            cluster.startPeers(directory);
            cluster.startServers(directory, basePort);
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void startPeers(Path directory) {
        String peers =
                members()
                        .mapToObj(i -> "metadata-" + i + "@" + group.get(i - 1))
                        .collect(Collectors.joining(","));
        members()
                .mapToObj(i ->
                        PeerConfig.of("metadata-" + i, peers, directory.resolve("metadata-" + i)))
                .forEach(config -> started.push(MetadataPeer.start(config)));
    }

    private void startServers(Path directory, int basePort) {
        members()
                .mapToObj(i -> config(directory.resolve("server-" + i), basePort, i))
                .forEach(config -> {
                    ServerProcess server = ServerProcess.start(config, group);
                    started.push(server);
                    nbd.add(server.nbd());
                });
    }

    private ServerConfig config(Path home, int basePort, int number) {
        Path device = home.resolve("device-1");
        return new ServerConfig(
                new ServerId("server-" + number),
                "zone-" + number,
                home,
                // The devices share one file system here, so each may have its share of it.
                List.of(new OneDevice(device, DeviceOption.freeSpace(device, MEMBERS))),
                group.stream().map(HostPort::toString).collect(Collectors.joining(",")),
                local(basePort + PEER_PORTS + number),
                local(basePort + NBD_PORTS + number),
                List.of(),
                Optional.empty(),
                1,
                Timing.DEFAULT,
                ServerConfig.DEFAULT_RESYNC,
                ServerConfig.Scrub.DEFAULT,
                Security.NONE,
                ServerConfig.DEFAULT_MAP);
    }

    private static IntStream members() {
        return IntStream.rangeClosed(1, MEMBERS);
    }

    private static HostPort local(int port) {
        return new HostPort("127.0.0.1", port);
    }

    /** The metadata group. */
    public List<HostPort> group() {
        return group;
    }

    /** Where clients connect: any of these. */
    public List<HostPort> nbd() {
        return List.copyOf(nbd);
    }

    /** Ends the servers, then the metadata peers. */
    @Override
    public void close() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                LOG.error("a part of the cluster did not end cleanly", e);
            }
        }
    }
}
