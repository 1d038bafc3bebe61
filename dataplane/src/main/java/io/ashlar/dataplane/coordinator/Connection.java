package io.ashlar.dataplane.coordinator;

/**
 * One client's connection to a coordinated volume, from when the volume is served: whether its next
 * flush has to tell of a loss (P5).
 */
public final class Connection {

    private boolean owed;

    Connection(boolean owed) {
        this.owed = owed;
    }

    /** Whether the client has to be told now; it is told once. */
    boolean tell() {
        boolean now = owed;
        owed = false;
        return now;
    }
}
