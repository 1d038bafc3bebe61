package io.ashlar.ops.cli;

import io.ashlar.common.config.ByteSize;
import io.ashlar.dataplane.store.log.DeviceInspector;
import io.ashlar.ops.report.ExportReport;
import io.ashlar.ops.report.VerifyReport;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ashlar device ...}: looks at devices offline, without any cluster. */
@Command(
        name = "device",
        description =
                "Looks at a device that no server has open. Needs no cluster and changes nothing.")
final class DeviceCommands {

    private final Session session;

    DeviceCommands(Session session) {
        this.session = session;
    }

    @Command(
            name = "inspect",
            description = "Shows how a device was left and which mirrors are on it.")
    void inspect(@Parameters(paramLabel = "DIR") Path directory) {
        try (DeviceInspector inspector = DeviceInspector.open(directory)) {
            session.print(DeviceFindings.of(inspector.report()));
        }
    }

    @Command(
            name = "verify",
            description = "Reads every block of every mirror; exit code 1 if anything is damaged.")
    int verify(@Parameters(paramLabel = "DIR") Path directory) {
        try (DeviceInspector inspector = DeviceInspector.open(directory)) {
            VerifyReport report =
                    new VerifyReport(
                            DeviceFindings.of(inspector.report()),
                            inspector.damagedCopies(),
                            DeviceFindings.of(inspector.verify()));
            session.print(report);
            return report.whole() ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    @Command(
            name = "export",
            description = {
                "Writes a mirror, or what a device holds of a volume, into a raw sparse image.",
                "Damaged blocks are left out; exit code 1 if there were any, or an extent is"
                        + " missing."
            })
    int export(
            @Parameters(paramLabel = "DIR") Path directory,
            @Option(
                            names = "--mirror",
                            paramLabel = "ID",
                            description = "One mirror; the image is its extent.")
                    Optional<Long> mirror,
            @Option(
                            names = "--volume",
                            paramLabel = "NAME",
                            description = "The mirrors of a volume; the image is the volume.")
                    Optional<String> volume,
            @Option(
                            names = "--extent-size",
                            defaultValue = "16GiB",
                            paramLabel = "SIZE",
                            description = "That of the volume (${DEFAULT-VALUE}).")
                    ByteSize extentSize,
            @Option(
                            names = "--to",
                            required = true,
                            paramLabel = "FILE",
                            description = "The image; must not exist yet.")
                    Path image,
            @Option(
                            names = "--add",
                            description = "To an image that other devices' extents are in already.")
                    boolean add) {
        try (DeviceInspector inspector = DeviceInspector.open(directory)) {
            MirrorExport export = new MirrorExport(inspector, image, add);
            ExportReport report =
                    volume.isPresent() && mirror.isEmpty()
                            ? export.volume(volume.get(), extentSize)
                            : export.mirror(
                                    mirror.filter(id -> volume.isEmpty())
                                            .orElseThrow(MirrorExport::neitherOrBoth));
            session.print(report);
            return report.whole() ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }
}
