package io.ashlar.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.ashlar.common.config.ByteSize;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.VolumeView;
import io.ashlar.ops.report.TransferReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Copies images into and out of volumes: qemu-img reads and writes them, over NBD. */
final class Transfer {

    private static final ImageTool QEMU_IMG = new ImageTool("qemu-img", "qemu-utils");

    /** Requests under way at once. */
    private static final String DEPTH = "16";

    private final VolumeView view;
    private final String uri;
    private final Consumer<String> progress;

    /**
     * Of one volume.
     *
     * @param servers to choose from: the one that serves the volume, else any that is alive
     * @param progress where lines of progress go
     */
    Transfer(VolumeView view, List<ServerRow> servers, Consumer<String> progress) {
        this.view = view;
        this.uri = uri(view, servers);
        this.progress = progress;
    }

    /**
     * Where a client attaches the volume.
     *
     * @throws StorageException {@code UNAVAILABLE} if no server is alive
     */
    static String uri(VolumeView view, List<ServerRow> servers) {
        return "nbd://" + Addresses.of(view, servers).getFirst() + "/" + view.volume().name();
    }

    /** Writes an image to the volume, from its start; what the volume has beyond it stays. */
    TransferReport in(Path file, String format) {
        JsonNode info = QEMU_IMG.json("info", "--output=json", "-f", format, file.toString());
        long bytes = info.get("virtual-size").asLong();
        if (bytes > view.volume().sizeBytes()) {
            throw new StorageException(
                    ErrorCode.INVALID,
                    "%s holds a disk of %s, volume '%s' has %s: create a larger volume"
                            .formatted(
                                    file,
                                    new ByteSize(bytes),
                                    view.volume().name(),
                                    new ByteSize(view.volume().sizeBytes())));
        }
        return copy(
                "imported",
                file,
                format,
                bytes,
                List.of("-n", "-f", format, "-O", "raw", file.toString(), uri));
    }

    /** Writes the volume to an image, which is made anew. */
    TransferReport out(Path file, String format) {
        return copy(
                "exported",
                file,
                format,
                view.volume().sizeBytes(),
                List.of("-f", "raw", "-O", format, uri, file.toString()));
    }

    private TransferReport copy(
            String done, Path file, String format, long bytes, List<String> what) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("convert", "-p", "-W", "-m", DEPTH));
        arguments.addAll(what);
        long begun = System.nanoTime();
        QEMU_IMG.run(
                line ->
                        ProgressLine.fraction(line)
                                .map(part ->
                                        ProgressLine.of(
                                                part,
                                                bytes,
                                                Duration.ofNanos(System.nanoTime() - begun)))
                                .ifPresent(progress),
                arguments.toArray(String[]::new));
        return new TransferReport(
                done,
                view.volume().name(),
                file.toString(),
                format,
                bytes,
                (System.nanoTime() - begun) / 1e9);
    }
}
