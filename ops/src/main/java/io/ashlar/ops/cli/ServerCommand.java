package io.ashlar.ops.cli;

import io.ashlar.common.config.ByteSize;
import io.ashlar.common.config.HostPort;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.message.Timing;
import io.ashlar.dataplane.nbd.AccessList;
import io.ashlar.dataplane.nbd.AccessRules;
import io.ashlar.dataplane.nbd.TlsMode;
import io.ashlar.dataplane.server.Security;
import io.ashlar.dataplane.server.ServerConfig;
import io.ashlar.dataplane.server.ServerConfig.OneDevice;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command.DrainServer;
import io.ashlar.metadata.api.Query.ListServers;
import io.ashlar.ops.daemon.Daemon;
import io.ashlar.ops.daemon.DeviceOption;
import io.ashlar.ops.daemon.ServerProcess;
import io.ashlar.ops.report.DoneReport;
import io.ashlar.ops.report.ServersReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ashlar server}: the daemon, and the list of all servers. */
@Command(name = "server", description = "Runs a storage server; 'server list' shows them all.")
final class ServerCommand implements Runnable {

    private final Session session;

    @Option(names = "--name", paramLabel = "NAME", description = "Stable; unique in the cluster.")
    private String name = "";

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Its identity; also its device where none is given.")
    private Optional<Path> directory = Optional.empty();

    @Option(
            names = "--device",
            paramLabel = "DIR[=SIZE]",
            description = "Where it keeps blocks; may be given several times.")
    private List<OneDevice> devices = new ArrayList<>();

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "Failure domain; mirrors are spread over zones (${DEFAULT-VALUE}).",
            defaultValue = "default")
    private String zone = "";

    @Option(
            names = "--peer",
            paramLabel = "HOST:PORT",
            description = "Where other servers connect (${DEFAULT-VALUE}).",
            defaultValue = "127.0.0.1:10808")
    private Optional<HostPort> peer = Optional.empty();

    @Option(
            names = "--nbd",
            paramLabel = "HOST:PORT",
            description = "Where clients connect (${DEFAULT-VALUE}).",
            defaultValue = "127.0.0.1:10809")
    private Optional<HostPort> nbd = Optional.empty();

    @Option(
            names = "--nbd-also",
            split = ",",
            paramLabel = "HOST:PORT",
            description =
                    "Where clients connect as well; 0.0.0.0:PORT for an address that moves between"
                            + " servers.")
    private List<HostPort> nbdAlso = new ArrayList<>();

    @Option(
            names = "--nbd-socket",
            paramLabel = "PATH",
            description = "A unix socket for clients on this machine.")
    private Optional<Path> nbdSocket = Optional.empty();

    @Option(
            names = "--nbd-tls",
            paramLabel = "MODE",
            description =
                    "off, optional or required; with --tls it is required unless told otherwise.")
    private Optional<TlsMode> nbdTls = Optional.empty();

    @Option(
            names = "--nbd-access",
            paramLabel = "FILE",
            description =
                    "Who may do what: lines 'CLIENT VOLUME rw|ro|none', * for any; CLIENT is the"
                            + " common name of a certificate, or anonymous.")
    private Optional<Path> nbdAccess = Optional.empty();

    @Option(
            names = "--shards",
            paramLabel = "N",
            description = "Event loops; volumes are spread over them (one per processor).")
    private int shards = Math.min(64, Runtime.getRuntime().availableProcessors());

    @Option(
            names = "--resync-rate",
            paramLabel = "SIZE",
            description = "Bytes a second that a volume copies to returning mirrors (256MiB).")
    private ByteSize resyncRate = new ByteSize(ServerConfig.DEFAULT_RESYNC);

    @Option(
            names = "--scrub-rate",
            paramLabel = "SIZE",
            description =
                    "Bytes a second that each device is read for bad blocks, once a day (16MiB; 0"
                            + " for never).")
    private ByteSize scrubRate = new ByteSize(ServerConfig.Scrub.DEFAULT.bytesPerSecond());

    @Option(
            names = "--map-memory",
            paramLabel = "SIZE",
            description =
                    "For each device, outside the heap: 4KiB hold the map of 1MiB of data; the rest"
                            + " is read from the device when needed (64MiB).")
    private ByteSize mapMemory = new ByteSize(ServerConfig.DEFAULT_MAP);

    @Option(
            names = "--ready-file",
            paramLabel = "FILE",
            description = "Written when the server accepts clients.")
    private Optional<Path> readyFile = Optional.empty();

    ServerCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        ServerConfig config = config();
        ServerProcess process = ServerProcess.start(config, session.group());
        process.exportMetrics();
        Daemon.serve("server " + name + " on nbd://" + process.nbd(), readyFile, process);
    }

    private ServerConfig config() {
        Path home = directory.orElseThrow(() -> missing("--dir DIR"));
        if (name.isEmpty()) {
            throw missing("--name NAME");
        }
        try {
            return new ServerConfig(
                    new ServerId(name),
                    zone,
                    home,
                    devices.isEmpty()
                            ? List.of(DeviceOption.parse(home.resolve("device").toString()))
                            : devices,
                    session.group().stream()
                            .map(HostPort::toString)
                            .collect(Collectors.joining(",")),
                    peer.orElseThrow(),
                    nbd.orElseThrow(),
                    nbdAlso,
                    nbdSocket,
                    shards,
                    Timing.DEFAULT,
                    resyncRate.bytes(),
                    new ServerConfig.Scrub(scrubRate.bytes(), ServerConfig.Scrub.DEFAULT.pause()),
                    security(),
                    mapMemory.bytes());
        } catch (IllegalArgumentException e) {
            throw new StorageException(ErrorCode.INVALID, String.valueOf(e.getMessage()), e);
        }
    }

    private Security security() {
        boolean proven = session.tls().isPresent();
        return new Security(
                session.tls(),
                nbdTls.orElse(proven ? TlsMode.REQUIRED : TlsMode.OFF),
                nbdAccess.map(ServerCommand::rules).orElse(AccessRules.OPEN));
    }

    private static AccessRules rules(Path file) {
        try {
            return AccessList.parse(Files.readAllLines(file));
        } catch (IOException | IllegalArgumentException e) {
            throw new StorageException(
                    ErrorCode.INVALID, "access rules " + file + ": " + e.getMessage(), e);
        }
    }

    /** Not picocli's to check: {@code server list} goes without. */
    private static StorageException missing(String option) {
        return new StorageException(ErrorCode.INVALID, "a server needs " + option);
    }

    @Command(name = "list", description = "Lists all servers and their devices.")
    void list() {
        Answer.Servers answer = session.ask(new ListServers(), Answer.Servers.class);
        session.print(ServersReport.of(answer.servers(), answer.devices(), answer.usage()));
    }

    @Command(
            name = "drain",
            description = "Moves all mirrors of a server elsewhere; 'server list' shows how many.")
    void drain(@Parameters(paramLabel = "NAME") String server) {
        session.submit(new DrainServer(new ServerId(server), true), Answer.Done.class);
        session.print(new DoneReport("draining", server));
    }

    @Command(name = "undrain", description = "Lets a server hold mirrors again.")
    void undrain(@Parameters(paramLabel = "NAME") String server) {
        session.submit(new DrainServer(new ServerId(server), false), Answer.Done.class);
        session.print(new DoneReport("undrained", server));
    }
}
