package io.ashlar.ops.report;

/**
 * An image that was copied into or out of a volume.
 *
 * @param done {@code imported} or {@code exported}
 * @param volume its name
 * @param file the image
 * @param format of the image
 * @param bytes its size as a disk
 * @param seconds that it took
 */
public record TransferReport(
        String done, String volume, String file, String format, long bytes, double seconds)
        implements Report {

    @Override
    public String text() {
        return "%s %s: %s (%s), %,d bytes in %.1f s, %.0f MiB/s"
                .formatted(
                        done,
                        volume,
                        file,
                        format,
                        bytes,
                        seconds,
                        bytes / Math.max(seconds, 0.001) / (1 << 20));
    }
}
