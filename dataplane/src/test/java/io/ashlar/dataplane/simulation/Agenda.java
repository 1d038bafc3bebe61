package io.ashlar.dataplane.simulation;

import java.util.PriorityQueue;

/**
 * Virtual time and what is yet to happen in it. Two things at the same instant happen in the order
 * in which they were planned.
 */
final class Agenda {

    private record Entry(long at, long order, Runnable action) implements Comparable<Entry> {

        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private long now;
    private long planned;
    private long steps;

    /** True time, in nanoseconds since the start. */
    long now() {
        return now;
    }

    /** How many things have happened. */
    long steps() {
        return steps;
    }

    void at(long time, Runnable action) {
        entries.add(new Entry(Math.max(time, now), planned++, action));
    }

    void after(long delay, Runnable action) {
        at(now + delay, action);
    }

    /** Lets happen what is planned up to {@code until}. */
    void runUntil(long until) {
        Entry next = entries.peek();
        while (next != null && next.at <= until) {
            entries.remove();
            now = next.at;
            steps++;
            next.action.run();
            next = entries.peek();
        }
        now = until;
    }
}
