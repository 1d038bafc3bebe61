package io.ashlar.ops.cli;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Query;
import io.ashlar.ops.attach.Attachment;
import io.ashlar.ops.attach.NbdDevice;
import io.ashlar.ops.report.AttachReport;
import io.ashlar.ops.report.DoneReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ashlar attach}: a volume as a disk of the Linux kernel, kept attached until it ends. */
@Command(
        name = "attach",
        description =
                "Makes a volume a disk of this machine and keeps it attached until 'detach'; Linux"
                        + " with nbd.ko, root.")
final class AttachCommand implements Runnable {

    private final Session session;

    @Parameters(paramLabel = "VOLUME")
    private String volume = "";

    @Option(
            names = "--device",
            required = true,
            paramLabel = "/dev/nbdN",
            description =
                    "Where it appears. If the volume is attached there already, this process keeps"
                            + " it so.")
    private NbdDevice device = new NbdDevice(0);

    @Option(
            names = "--server",
            split = ",",
            paramLabel = "HOST:PORT",
            description =
                    "Servers to attach to, tried in turn; else those that the metadata group knows.")
    private List<HostPort> servers = new ArrayList<>();

    @Option(
            names = "--connections",
            defaultValue = "1",
            paramLabel = "N",
            description = "To the server, 1 to 16 (${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--timeout",
            defaultValue = "5",
            paramLabel = "SECONDS",
            description =
                    "After this long without an answer, a request is sent again over another"
                            + " connection; 5 or more (${DEFAULT-VALUE}).")
    private int timeout;

    @Option(
            names = "--dead-timeout",
            defaultValue = "300",
            paramLabel = "SECONDS",
            description =
                    "How long the disk waits for a server before its requests fail"
                            + " (${DEFAULT-VALUE}).")
    private int deadTimeout;

    AttachCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        try (Attachment attachment = Attachment.make(wish(), this::addresses)) {
            session.print(
                    new AttachReport(
                            volume,
                            device.toString(),
                            attachment.server().toString(),
                            attachment.bytes(),
                            connections,
                            attachment.takenOver()));
            attachment.keep();
            session.print(new DoneReport("detached", device.toString()));
        }
    }

    private Attachment.Wish wish() {
        try {
            return new Attachment.Wish(
                    volume,
                    device,
                    connections,
                    Duration.ofSeconds(timeout),
                    Duration.ofSeconds(deadTimeout));
        } catch (IllegalArgumentException e) {
            throw new StorageException(ErrorCode.INVALID, String.valueOf(e.getMessage()), e);
        }
    }

    private List<HostPort> addresses() {
        if (!servers.isEmpty()) {
            return servers;
        }
        return Addresses.of(
                session.ask(new Query.ShowVolume(volume), Answer.Volume.class).view(),
                session.ask(new Query.ListServers(), Answer.Servers.class).servers());
    }
}
