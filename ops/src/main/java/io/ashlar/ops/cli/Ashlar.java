package io.ashlar.ops.cli;

import io.ashlar.common.config.ByteSize;
import io.ashlar.common.config.HostPort;
import io.ashlar.dataplane.server.ServerConfig.OneDevice;
import io.ashlar.metadata.raft.RaftMetadataClient;
import io.ashlar.ops.attach.NbdDevice;
import io.ashlar.ops.daemon.DeviceOption;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** The root of the command line. Options that every command knows may stand before or after it. */
@Command(
        name = "ashlar",
        description = "Distributed, mirrored block storage over NBD.",
        mixinStandardHelpOptions = true,
        version = "ashlar 0.1.0",
        scope = ScopeType.INHERIT,
        sortOptions = false)
public final class Ashlar {

    /** Names the metadata group where {@code --metadata} does not. */
    static final String GROUP_VARIABLE = "ASHLAR_METADATA";

    /** Names the directory of the TLS files where {@code --tls} does not. */
    static final String TLS_VARIABLE = "ASHLAR_TLS";

    private final Session session;

    private Ashlar(Session session) {
        this.session = session;
    }

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        // gRPC inside Ratis logs through java.util.logging: into our log, not onto the terminal.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        System.exit(
                commandLine(
                                (group, tls) ->
                                        new RaftMetadataClient(
                                                group, RaftMetadataClient.DEFAULT_LIMIT, tls),
                                System.getenv(),
                                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                                new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                        .execute(args));
    }

    /**
     * The command line.
     *
     * @param connector opens a client of a metadata group
     * @param environment the environment variables
     * @param out where results go
     * @param err where errors go
     */
    static CommandLine commandLine(
            Session.Connector connector,
            Map<String, String> environment,
            PrintWriter out,
            PrintWriter err) {
        Session session = new Session(connector, out);
        session.group(Session.parseGroup(environment.getOrDefault(GROUP_VARIABLE, "")));
        Optional.ofNullable(environment.get(TLS_VARIABLE)).map(Path::of).ifPresent(session::tls);
        Failures failures = new Failures(session);
        return new CommandLine(new Ashlar(session))
                .addSubcommand(new VolumeCommands(session, err))
                .addSubcommand(new BenchCommand(session, err))
                .addSubcommand(new AttachCommand(session))
                .addSubcommand(new DetachCommand(session))
                .addSubcommand(new ServerCommand(session))
                .addSubcommand(new StatusCommand(session))
                .addSubcommand(new DeviceCommands(session))
                .addSubcommand(new SettingsCommand(session))
                .addSubcommand(new MetadataCommand(session))
                .addSubcommand(new DevCommand(session, out))
                .addSubcommand(new TrainCommand(session))
                .registerConverter(ByteSize.class, strictly(ByteSize::parse))
                .registerConverter(HostPort.class, strictly(HostPort::parse))
                .registerConverter(NbdDevice.class, strictly(NbdDevice::parse))
                .registerConverter(OneDevice.class, strictly(DeviceOption::parse))
                .registerConverter(WantedVolume.class, strictly(WantedVolume::parse))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .setOut(out)
                .setErr(err);
    }

    /** Shows a parser's own message instead of picocli's, which names Java types. */
    private static <T> ITypeConverter<T> strictly(Function<String, T> parser) {
        return text -> {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
    }

    @Option(
            names = "--metadata",
            scope = ScopeType.INHERIT,
            split = ",",
            paramLabel = "HOST:PORT",
            description = "The metadata group; else from " + GROUP_VARIABLE + ".")
    void metadata(List<HostPort> peers) {
        session.group(peers);
    }

    @Option(
            names = "--tls",
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description =
                    "cert.pem, key.pem, ca.pem[, client-ca.pem]: TLS between all daemons; else from "
                            + TLS_VARIABLE
                            + ".")
    void tls(Path directory) {
        session.tls(directory);
    }

    @Option(
            names = {"-o", "--output"},
            scope = ScopeType.INHERIT,
            paramLabel = "FORMAT",
            description = "text or json.")
    void output(OutputFormat format) {
        session.format(format);
    }
}
