package io.ashlar.dataplane.simulation;

/** A server's monotonic clock: its own origin, and a rate that wanders about the true one. */
final class DriftingClock {

    private static final double MILLIONTH = 1e-6;

    private final Agenda agenda;
    private long setAt;
    private long reading;
    private double rate = 1;

    DriftingClock(Agenda agenda, long origin) {
        this.agenda = agenda;
        this.reading = origin;
    }

    long now() {
        return reading + (long) ((agenda.now() - setAt) * rate);
    }

    /** From now on the clock gains so many millionths. */
    void gain(long millionths) {
        reading = now();
        setAt = agenda.now();
        rate = 1 + millionths * MILLIONTH;
    }

    /** How long it takes in truth until this clock shows {@code local}. */
    long until(long local) {
        return Math.max(0, (long) ((local - now()) / rate) + 1);
    }
}
