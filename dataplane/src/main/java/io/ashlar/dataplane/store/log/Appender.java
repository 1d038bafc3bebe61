package io.ashlar.dataplane.store.log;

import java.io.IOException;

/** The one way into the log for what changes a mirror: store, append, apply. */
final class Appender {

    private final LogTail tail;
    private final Checkpoint checkpoint;
    private long changes;

    Appender(LogTail tail, Checkpoint checkpoint) {
        this.tail = tail;
        this.checkpoint = checkpoint;
    }

    void append(Mirror mirror, LogRecord record, byte[] payload) throws IOException {
        checkpoint.prepare(mirror, record);
        Replay.apply(mirror, record, tail.append(record, payload));
        changes++;
    }

    /** Notes a change of the maps that the log does not hold: a drop. */
    void changed() {
        changes++;
    }

    /** How many changes there were: a checkpoint without one since the last frees nothing. */
    long changes() {
        return changes;
    }
}
