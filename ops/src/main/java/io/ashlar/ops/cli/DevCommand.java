package io.ashlar.ops.cli;

import io.ashlar.common.config.ByteSize;
import io.ashlar.common.config.HostPort;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command.CreateVolume;
import io.ashlar.metadata.api.Query.ListVolumes;
import io.ashlar.metadata.model.VolumePolicy;
import io.ashlar.metadata.model.VolumeRow;
import io.ashlar.ops.daemon.Daemon;
import io.ashlar.ops.daemon.EmbeddedCluster;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ashlar dev}: a whole cluster in one process, for a first look and for development. */
@Command(
        name = "dev",
        description = "Runs a whole cluster in this process: three metadata peers, three servers.")
final class DevCommand implements Runnable {

    private static final VolumePolicy POLICY = new VolumePolicy(EmbeddedCluster.MEMBERS, 1);

    private final Session session;
    private final PrintWriter out;

    @Option(
            names = "--volume",
            split = ",",
            paramLabel = "NAME:SIZE",
            description = "A volume of three mirrors; made if it is not there.")
    private List<WantedVolume> volumes = new ArrayList<>();

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "${sys:user.home}/.local/share/ashlar/dev",
            description = "Where all data goes (${DEFAULT-VALUE}).")
    private Path directory = Path.of("");

    @Option(
            names = "--base-port",
            paramLabel = "PORT",
            defaultValue = "10600",
            description = "Ports are counted from here, NBD from PORT+201 (${DEFAULT-VALUE}).")
    private int basePort;

    @Option(
            names = "--ready-file",
            paramLabel = "FILE",
            description = "Written when the cluster serves.")
    private Optional<Path> readyFile = Optional.empty();

    DevCommand(Session session, PrintWriter out) {
        this.session = session;
        this.out = out;
    }

    @Override
    public void run() {
        if (session.tls().isPresent()) {
            throw new StorageException(
                    ErrorCode.INVALID,
                    "'dev' talks to itself only and knows no TLS: leave --tls out, or start daemons");
        }
        long begun = System.nanoTime();
        EmbeddedCluster cluster = EmbeddedCluster.start(directory.toAbsolutePath(), basePort);
        try {
            session.group(cluster.group());
            makeMissingVolumes();
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
        welcome(cluster, System.nanoTime() - begun);
        Daemon.serve("the embedded cluster", readyFile, cluster);
    }

    private void makeMissingVolumes() {
        Set<String> there =
                session.ask(new ListVolumes(), Answer.Volumes.class).volumes().stream()
                        .map(VolumeRow::name)
                        .collect(Collectors.toSet());
        for (WantedVolume wanted : volumes) {
            if (!there.contains(wanted.name())) {
                session.submit(
                        new CreateVolume(
                                UUID.randomUUID(), wanted.name(), wanted.size().bytes(), 0, POLICY),
                        Answer.Volume.class);
            }
        }
    }

    private void welcome(EmbeddedCluster cluster, long nanos) {
        out.printf(
                "A cluster of three metadata peers and three servers serves after %.1f s.%n"
                        + "  data      %s%n  metadata  %s%n  NBD       %s%n",
                nanos / 1e9,
                directory.toAbsolutePath(),
                list(cluster.group()),
                list(cluster.nbd()));
        HostPort first = cluster.nbd().getFirst();
        for (VolumeRow volume : session.ask(new ListVolumes(), Answer.Volumes.class).volumes()) {
            out.printf(
                    "Volume %s (%s), at any of the NBD addresses; for example%n"
                            + "  nbdcopy disk.img nbd://%s/%s%n"
                            + "  qemu-img convert -n -O raw disk.qcow2 nbd://%s/%s%n",
                    volume.name(),
                    new ByteSize(volume.sizeBytes()),
                    first,
                    volume.name(),
                    first,
                    volume.name());
        }
        out.printf("Ctrl-C ends the cluster; the data stays.%n");
        out.flush();
    }

    private static String list(List<HostPort> addresses) {
        return addresses.stream().map(HostPort::toString).collect(Collectors.joining(","));
    }
}
