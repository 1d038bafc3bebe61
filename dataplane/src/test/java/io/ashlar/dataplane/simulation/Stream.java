package io.ashlar.dataplane.simulation;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;

/**
 * One direction of a link: what is sent arrives in order, or, from some point on, not at all. While
 * the network is cut, it waits.
 */
final class Stream {

    private final Agenda agenda;
    private final BooleanSupplier blocked;
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();
    private long lastArrival;
    private long endsAt = Long.MAX_VALUE;
    private long stalledUntil;

    Stream(Agenda agenda, BooleanSupplier blocked) {
        this.agenda = agenda;
        this.blocked = blocked;
    }

    void send(long delay, Runnable arrival) {
        lastArrival = Math.max(lastArrival, agenda.now() + delay);
        agenda.at(lastArrival, () -> arrive(arrival));
    }

    private void arrive(Runnable arrival) {
        if (agenda.now() > endsAt) {
            return;
        }
        if (waits() || !held.isEmpty()) {
            held.add(arrival);
        } else {
            arrival.run();
        }
    }

    private boolean waits() {
        return agenda.now() < stalledUntil || blocked.getAsBoolean();
    }

    /** What is under way was lost, and is sent again only by then. */
    void stallUntil(long time) {
        stalledUntil = time;
        agenda.at(time, this::release);
    }

    /** The network is whole again: what waited arrives. */
    void release() {
        while (!held.isEmpty() && !waits() && agenda.now() <= endsAt) {
            held.remove().run();
        }
    }

    /** Nothing arrives later than {@code time}. */
    void endAt(long time) {
        endsAt = Math.min(endsAt, time);
    }
}
