package io.ashlar.ops.cli;

import io.ashlar.common.config.ByteSize;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One line that says how far a copy is, how fast it goes and when it will be done. */
final class ProgressLine {

    private static final int WIDTH = 30;
    private static final Pattern PERCENT = Pattern.compile("\\((\\d+(?:\\.\\d+)?)/100%\\)");

    private ProgressLine() {}

    /** What qemu-img says of its progress, from 0 to 1; empty for any other line. */
    static Optional<Double> fraction(String line) {
        Matcher matcher = PERCENT.matcher(line);
        return matcher.find()
                ? Optional.of(Math.min(1, Double.parseDouble(matcher.group(1)) / 100))
                : Optional.empty();
    }

    /**
     * The line.
     *
     * @param fraction done, from 0 to 1
     * @param bytes in all
     */
    static String of(double fraction, long bytes, Duration elapsed) {
        int full = (int) (fraction * WIDTH);
        double seconds = Math.max(0.001, elapsed.toNanos() / 1e9);
        double mibPerSecond = fraction * bytes / (1 << 20) / seconds;
        String left =
                fraction > 0
                        ? "%.0f s left".formatted(seconds / fraction - seconds)
                        : "time left unknown";
        return "[%s%s] %3.0f %% of %s, %.0f MiB/s, %s"
                .formatted(
                        "#".repeat(full),
                        ".".repeat(WIDTH - full),
                        fraction * 100,
                        new ByteSize(bytes),
                        mibPerSecond,
                        left);
    }
}
