package io.ashlar.ops.report;

import java.util.List;
import java.util.SortedMap;

/**
 * What a short load measured.
 *
 * @param volume its name
 * @param uri where it was attached
 * @param loads one row a load
 */
public record BenchReport(String volume, String uri, List<Load> loads) implements Report {

    private static final int WIDTH = 40;
    private static final double DECADES = 5; // from 10 us to 1 s

    /** Copies the list. */
    public BenchReport {
        loads = List.copyOf(loads);
    }

    /**
     * One load.
     *
     * @param name what was asked for
     * @param iops requests a second
     * @param mibPerSecond bytes
     * @param microseconds latency by percentile, as {@code 99.0}
     */
    public record Load(
            String name,
            double iops,
            double mibPerSecond,
            SortedMap<Double, Double> microseconds) {}

    @Override
    public String text() {
        TextTable table = new TextTable("LOAD", "IOPS", "MiB/s", "p50 us", "p99 us", "p99.9 us");
        for (Load load : loads) {
            table.row(
                    load.name(),
                    "%,.0f".formatted(load.iops()),
                    "%,.0f".formatted(load.mibPerSecond()),
                    at(load, 50),
                    at(load, 99),
                    at(load, 99.9));
        }
        StringBuilder text = new StringBuilder(table.toString());
        for (Load load : loads) {
            text.append("\n\n").append(load.name()).append(", latency");
            load.microseconds()
                    .forEach((percentile, us) ->
                            text.append(
                                    "\n%7.2f %% %-40s %,.0f us"
                                            .formatted(percentile, bar(us), us)));
        }
        return text.toString();
    }

    private static String at(Load load, double percentile) {
        return "%,.0f".formatted(load.microseconds().getOrDefault(percentile, 0.0));
    }

    /** Logarithmic: a quarter of the width or so is a factor of ten. */
    private static String bar(double microseconds) {
        double decades = Math.log10(Math.max(10, microseconds)) - 1;
        return "#".repeat((int) Math.min(WIDTH, 1 + decades / DECADES * (WIDTH - 1)));
    }
}
