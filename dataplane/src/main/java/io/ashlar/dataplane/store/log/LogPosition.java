package io.ashlar.dataplane.store.log;

/**
 * A place between two records of the log.
 *
 * @param generation of the segment that holds the record before it; 0 at the very beginning
 * @param end number after the record before it
 * @param number of the record after it, from 1; above {@code end} only where damage was cut off
 */
record LogPosition(long generation, long end, long number) {

    static final LogPosition START = new LogPosition(0, 1, 1);

    static LogPosition after(long generation, long number) {
        return new LogPosition(generation, number, number);
    }

    /** The same place, with numbers going on no lower than {@code lowest}. */
    LogPosition numberedFrom(long lowest) {
        return new LogPosition(generation, end, Math.max(number, lowest));
    }
}
