package io.ashlar.ops.cli;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.metadata.raft.MetadataPeer;
import io.ashlar.metadata.raft.PeerConfig;
import io.ashlar.ops.daemon.Daemon;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ashlar metadata}: the daemon of one metadata peer. */
@Command(name = "metadata", description = "Runs a peer of the metadata group.")
final class MetadataCommand implements Runnable {

    private final Session session;

    @Option(
            names = "--id",
            required = true,
            paramLabel = "ID",
            description = "Which of the peers this is.")
    private String id = "";

    @Option(
            names = "--peers",
            required = true,
            paramLabel = "ID@HOST:PORT,...",
            description = "The whole group; the same list at every peer.")
    private String peers = "";

    @Option(
            names = "--dir",
            required = true,
            paramLabel = "DIR",
            description = "Where it keeps its log and tables.")
    private Path directory = Path.of("");

    @Option(
            names = "--ready-file",
            paramLabel = "FILE",
            description = "Written when the peer listens.")
    private Optional<Path> readyFile = Optional.empty();

    MetadataCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        MetadataPeer peer = MetadataPeer.start(config());
        Daemon.serve("metadata peer " + id + " on " + peer.address(), readyFile, peer);
    }

    private PeerConfig config() {
        try {
            return PeerConfig.of(id, peers, directory).withTls(session.tls());
        } catch (IllegalArgumentException e) {
            throw new StorageException(ErrorCode.INVALID, String.valueOf(e.getMessage()), e);
        }
    }
}
