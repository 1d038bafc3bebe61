package io.ashlar.ops.cli;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.config.ByteSize;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.store.MirrorLabel;
import io.ashlar.dataplane.store.StoredMirror;
import io.ashlar.dataplane.store.log.BadBlock;
import io.ashlar.dataplane.store.log.DeviceInspector;
import io.ashlar.dataplane.store.log.DeviceReport;
import io.ashlar.ops.report.ExportReport;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Takes mirrors off a device into one image file. */
final class MirrorExport {

    private final DeviceInspector inspector;
    private final List<StoredMirror> mirrors;
    private final Path image;
    private final boolean add;

    /** With {@code add} the image may exist already and keeps what is in it. */
    MirrorExport(DeviceInspector inspector, Path image, boolean add) {
        this.inspector = inspector;
        this.mirrors =
                inspector.report().mirrors().stream()
                        .map(DeviceReport.MirrorCount::mirror)
                        .toList();
        this.image = image;
        this.add = add;
    }

    static StorageException neitherOrBoth() {
        return new StorageException(
                ErrorCode.INVALID, "name what to export: either --mirror ID or --volume NAME");
    }

    /** One mirror: the image is its extent. */
    ExportReport mirror(long id) {
        StoredMirror mirror =
                mirrors.stream()
                        .filter(m -> m.id().value() == id)
                        .findFirst()
                        .orElseThrow(() ->
                                new StorageException(
                                        ErrorCode.NOT_FOUND,
                                        "no mirror " + id + " on this device; " + present()));
        long bytes = mirror.label().extentBlocks() << Blocks.SHIFT;
        return write(List.of(new Part(mirror, 0)), bytes, List.of(), behind(mirror));
    }

    /** All of a volume that is here: the image is the volume, with gaps where extents are not. */
    ExportReport volume(String name, ByteSize extentSize) {
        List<StoredMirror> here =
                mirrors.stream().filter(m -> m.label().volumeName().equals(name)).toList();
        if (here.isEmpty()) {
            throw new StorageException(
                    ErrorCode.NOT_FOUND,
                    "no mirror of a volume '" + name + "' on this device; " + present());
        }
        if (here.stream().map(m -> m.label().volume()).distinct().count() > 1) {
            throw new StorageException(
                    ErrorCode.CONFLICT,
                    "two volumes on this device have had the name '"
                            + name
                            + "': export by --mirror; "
                            + present());
        }
        // A volume may have grown: who was not there when its last epoch began does not know.
        long volumeBytes =
                here.stream().mapToLong(m -> m.label().volumeBytes()).max().orElseThrow();
        boolean behind =
                here.stream().anyMatch(m -> behind(m) || m.label().volumeBytes() < volumeBytes);
        List<Part> parts = here.stream().map(m -> part(m, extentSize.bytes())).toList();
        return write(parts, volumeBytes, missing(here, volumeBytes, extentSize.bytes()), behind);
    }

    private static Part part(StoredMirror mirror, long extentBytes) {
        MirrorLabel label = mirror.label();
        long at = label.extentIndex() * extentBytes;
        long expected = Math.min(extentBytes, label.volumeBytes() - at);
        if (label.extentBlocks() != Blocks.covering(Math.max(0, expected))) {
            throw new StorageException(
                    ErrorCode.INVALID,
                    "mirror "
                            + mirror.id()
                            + " is extent "
                            + label.extentIndex()
                            + " and has "
                            + new ByteSize(label.extentBlocks() << Blocks.SHIFT)
                            + ", which does not fit extents of "
                            + new ByteSize(extentBytes)
                            + ": name the volume's with --extent-size");
        }
        return new Part(mirror, at);
    }

    private static List<Integer> missing(
            List<StoredMirror> here, long volumeBytes, long extentBytes) {
        List<Integer> missing = new ArrayList<>();
        for (int i = 0; i * extentBytes < volumeBytes; i++) {
            int index = i;
            if (here.stream().noneMatch(m -> m.label().extentIndex() == index)) {
                missing.add(i);
            }
        }
        return missing;
    }

    private String present() {
        return "it has "
                + mirrors.stream()
                        .map(m ->
                                m.id()
                                        + " (extent "
                                        + m.label().extentIndex()
                                        + " of '"
                                        + m.label().volumeName()
                                        + "')")
                        .toList();
    }

    private record Part(StoredMirror mirror, long at) {}

    private ExportReport write(
            List<Part> parts, long bytes, List<Integer> missing, boolean behind) {
        List<BadBlock> bad = new ArrayList<>();
        try (FileChannel out = FileChannel.open(image, add ? CREATE : CREATE_NEW, SPARSE, WRITE)) {
            for (Part part : parts) {
                MirrorId id = part.mirror.id();
                bad.addAll(inspector.export(id, out, part.at, bytes));
            }
        } catch (FileAlreadyExistsException e) {
            throw new StorageException(
                    ErrorCode.ALREADY_EXISTS,
                    "image "
                            + image
                            + " exists: name another file, or --add to put these extents into it",
                    e);
        } catch (IOException e) {
            throw new StorageException(
                    ErrorCode.IO, "image " + image + " cannot be written: " + e, e);
        }
        return new ExportReport(
                image.toString(),
                bytes,
                parts.stream().map(part -> part.mirror.id().value()).toList(),
                missing,
                behind,
                DeviceFindings.of(bad));
    }

    /** Whether others may hold newer acknowledged writes, as far as this device knows. */
    private static boolean behind(StoredMirror mirror) {
        return mirror.standing().suspect()
                || !mirror.stale().isEmpty()
                || !mirror.standing().roster().inSync().contains(mirror.id());
    }
}
