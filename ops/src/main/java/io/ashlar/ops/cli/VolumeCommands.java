package io.ashlar.ops.cli;

import io.ashlar.common.config.ByteSize;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.ServerId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command.CreateVolume;
import io.ashlar.metadata.api.Command.DeleteVolume;
import io.ashlar.metadata.api.Query.ListServers;
import io.ashlar.metadata.api.Query.ListVolumes;
import io.ashlar.metadata.api.Query.ShowVolume;
import io.ashlar.metadata.model.VolumePolicy;
import io.ashlar.ops.report.DoneReport;
import io.ashlar.ops.report.OverrideReport;
import io.ashlar.ops.report.VolumeReport;
import io.ashlar.ops.report.VolumesReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ashlar volume ...}. */
@Command(name = "volume", description = "Makes, lists, shows and deletes volumes.")
final class VolumeCommands {

    private final Session session;
    private final PrintWriter progress;

    VolumeCommands(Session session, PrintWriter progress) {
        this.session = session;
        this.progress = progress;
    }

    @Command(name = "create", description = "Makes a volume of zeros.")
    void create(
            @Parameters(paramLabel = "NAME", description = "Unique among living volumes.")
                    String name,
            @Option(
                            names = "--size",
                            required = true,
                            paramLabel = "SIZE",
                            description = "For example 2GiB; a multiple of 512 bytes.")
                    ByteSize size,
            @Option(
                            names = "--mirrors",
                            defaultValue = "3",
                            paramLabel = "N",
                            description = "Copies, each on another server (${DEFAULT-VALUE}).")
                    int mirrors,
            @Option(
                            names = "--min-in-sync",
                            defaultValue = "1",
                            paramLabel = "N",
                            description =
                                    "With this many left in sync, none is dropped for being slow"
                                            + " (${DEFAULT-VALUE}).")
                    int minInSync,
            @Option(
                            names = "--extent-size",
                            defaultValue = "0",
                            paramLabel = "SIZE",
                            description = "The unit of placement; 16GiB unless given.")
                    ByteSize extentSize) {
        // One request id for all attempts of this invocation: a retry makes no second volume.
        CreateVolume command =
                new CreateVolume(
                        UUID.randomUUID(),
                        name,
                        size.bytes(),
                        extentSize.bytes(),
                        policy(mirrors, minInSync));
        session.print(VolumeReport.of(session.submit(command, Answer.Volume.class).view()));
    }

    private static VolumePolicy policy(int mirrors, int minInSync) {
        try {
            return new VolumePolicy(mirrors, minInSync);
        } catch (IllegalArgumentException e) {
            throw new StorageException(ErrorCode.INVALID, String.valueOf(e.getMessage()), e);
        }
    }

    @Command(name = "list", description = "Lists all volumes.")
    void list() {
        session.print(
                VolumesReport.of(session.ask(new ListVolumes(), Answer.Volumes.class).volumes()));
    }

    @Command(name = "show", description = "Shows a volume's tables and which mirrors are in sync.")
    void show(@Parameters(paramLabel = "NAME") String name) {
        session.print(
                VolumeReport.of(session.ask(new ShowVolume(name), Answer.Volume.class).view()));
    }

    @Command(
            name = "grow",
            description = {
                "Gives a volume more bytes, without an error at its clients. They see the new size",
                "when they attach again."
            })
    void grow(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--size",
                            required = true,
                            paramLabel = "SIZE",
                            description = "In all; a multiple of 512 bytes.")
                    ByteSize size) {
        session.print(session.converse(metadata -> new Growth(metadata, name).run(size.bytes())));
    }

    @Command(name = "import", description = "Writes a disk image to a volume, from its start.")
    void importImage(
            @Parameters(paramLabel = "NAME") String name,
            @Parameters(paramLabel = "FILE") Path file,
            @Option(
                            names = "--format",
                            defaultValue = "raw",
                            paramLabel = "FORMAT",
                            description = "raw, qcow2 or another of qemu-img (${DEFAULT-VALUE}).")
                    String format) {
        session.print(transfer(name).in(file, format));
    }

    @Command(name = "export", description = "Writes a volume to a disk image.")
    void exportImage(
            @Parameters(paramLabel = "NAME") String name,
            @Parameters(paramLabel = "FILE") Path file,
            @Option(
                            names = "--format",
                            defaultValue = "raw",
                            paramLabel = "FORMAT",
                            description = "raw, qcow2 or another of qemu-img (${DEFAULT-VALUE}).")
                    String format) {
        session.print(transfer(name).out(file, format));
    }

    private Transfer transfer(String name) {
        return new Transfer(
                session.ask(new ShowVolume(name), Answer.Volume.class).view(),
                session.ask(new ListServers(), Answer.Servers.class).servers(),
                session.format() == OutputFormat.JSON ? _ -> {} : this::showProgress);
    }

    /** Over the line before; the report gets a line of its own. */
    private void showProgress(String line) {
        progress.print("\r" + line + (line.contains("100 %") ? "\n" : ""));
        progress.flush();
    }

    @Command(
            name = "handover",
            description = "Moves a volume to another server, without an error at its clients.")
    void handover(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--to",
                            paramLabel = "SERVER",
                            description = "Else the server with the most of its mirrors.")
                    Optional<String> to) {
        session.print(
                session.converse(
                        metadata -> new Handover(metadata, name).run(to.map(ServerId::new))));
    }

    @Command(
            name = "override",
            description = {
                "Lets an extent go on with a mirror that is not in sync, when those that are",
                "are lost for ever. Without --accept-loss it only says what would be lost."
            })
    int override(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--mirror",
                            required = true,
                            paramLabel = "ID",
                            description = "Who goes on; 'volume show' lists them.")
                    long mirror,
            @Option(
                            names = "--reason",
                            required = true,
                            paramLabel = "TEXT",
                            description = "Why; kept with the volume.")
                    String reason,
            @Option(
                            names = "--operator",
                            defaultValue = "${sys:user.name}",
                            paramLabel = "WHO",
                            description = "Who decides (${DEFAULT-VALUE}).")
                    String operator,
            @Option(names = "--accept-loss", description = "Do it.") boolean accept) {
        OverrideReport report =
                session.converse(metadata -> {
                    LastResort resort = new LastResort(metadata, name, mirror);
                    return accept ? resort.accept(operator, reason) : resort.explain();
                });
        session.print(report);
        return report.done() ? 0 : 1;
    }

    @Command(name = "delete", description = "Deletes a volume and all its mirrors.")
    void delete(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--force", description = "Also while a client has it attached.")
                    boolean force) {
        session.submit(new DeleteVolume(name, force), Answer.Done.class);
        session.print(new DoneReport("deleted", name));
    }
}
