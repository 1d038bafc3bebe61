package io.ashlar.metadata.raft;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.file.Files;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;

/**
 * One peer of the metadata group. Several may run in one process, each on its own directory and
 * port.
 */
public final class MetadataPeer implements AutoCloseable {

    private final PeerConfig config;
    private final PeerDirectory directory;
    private final LeaderDuties duties;
    private final RaftServer server;

    private MetadataPeer(
            PeerConfig config, PeerDirectory directory, LeaderDuties duties, RaftServer server) {
        this.config = config;
        this.directory = directory;
        this.duties = duties;
        this.server = server;
    }

    /**
     * Starts a peer that ends the process when it can no longer be trusted.
     *
     * @throws StorageException as {@link #start(PeerConfig, Halt)}
     */
    public static MetadataPeer start(PeerConfig config) {
        return start(config, Halt.PROCESS);
    }

    /**
     * Starts a peer. It listens when this returns; the group serves once a majority is up and has
     * elected a leader, a second or two later.
     *
     * @throws StorageException {@code IN_USE} if the address or the directory is taken, {@code
     *     WRONG_CLUSTER} if the directory is another peer's, {@code WRONG_VERSION}, {@code CORRUPT}
     *     or {@code IO} if its content cannot be used
     */
    public static MetadataPeer start(PeerConfig config, Halt halt) {
        checkAddress(config.self().address());
        PeerDirectory directory = PeerDirectory.open(config);
        LeaderDuties duties = new LeaderDuties(config, halt);
        try {
            CatalogStateMachine machine = new CatalogStateMachine(config.directory(), duties, halt);
            RaftServer server = build(config, machine);
            server.start();
            duties.start(server, machine.tables());
            return new MetadataPeer(config, directory, duties, server);
        } catch (IOException | RuntimeException e) {
            duties.close();
            directory.close();
            throw failure(config, e);
        }
    }

    /** Binds it for a moment: what Ratis throws later names no cause that one could read. */
    private static void checkAddress(HostPort address) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(address.resolve());
        } catch (BindException e) {
            throw new StorageException(
                    ErrorCode.IN_USE,
                    "cannot listen on %s (%s): stop the process that does, or configure another address"
                            .formatted(address, e.getMessage()),
                    e);
        } catch (IOException e) {
            throw new StorageException(
                    ErrorCode.INVALID, "cannot listen on " + address + ": " + e, e);
        }
    }

    private static RaftServer build(PeerConfig config, CatalogStateMachine machine)
            throws IOException {
        boolean formatted =
                Files.isDirectory(
                        config.directory().resolve("raft").resolve(Group.ID.getUuid().toString()));
        return RaftServer.newBuilder()
                .setServerId(Group.peerId(config.self().address()))
                .setGroup(Group.of(config.peers().stream().map(PeerAddress::address).toList()))
                .setProperties(Settings.peer(config))
                .setParameters(Settings.parameters(config.tls()))
                .setStateMachine(machine)
                .setOption(formatted ? StartupOption.RECOVER : StartupOption.FORMAT)
                .build();
    }

    private static StorageException failure(PeerConfig config, Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof StorageException known) {
                return known;
            }
        }
        return new StorageException(
                ErrorCode.IO, "metadata peer " + config.id() + " cannot start: " + e, e);
    }

    /** Where it listens. */
    public HostPort address() {
        return config.self().address();
    }

    /** Whether it leads the group now. */
    public boolean leads() {
        return duties.leads();
    }

    /** For tests that close it behind the peer's back. */
    RaftServer server() {
        return server;
    }

    /** Takes its time to finish what it has begun: about a second. */
    @Override
    public void close() {
        duties.close();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            directory.close();
        }
    }
}
