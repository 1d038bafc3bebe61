package io.ashlar.dataplane.simulation;

/** Units of virtual time. */
final class Nanos {

    private Nanos() {}

    static long micros(long n) {
        return n * 1_000;
    }

    static long millis(long n) {
        return n * 1_000_000;
    }

    static long seconds(long n) {
        return n * 1_000_000_000;
    }

    /** For people. */
    static String text(long nanos) {
        return "%,.6fs".formatted(nanos / 1e9);
    }
}
