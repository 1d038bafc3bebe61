package io.ashlar.metadata.raft;

import java.io.IOException;

/**
 * How the leader tells a client through Ratis that a command would change nothing and was not
 * logged. Ratis carries its class name and makes another one on the client's side.
 */
public final class Unchanged extends IOException {

    private static final long serialVersionUID = 1L;

    Unchanged() {
        this("the command changes nothing");
    }

    /** For Ratis. */
    public Unchanged(String message) {
        super(message);
    }
}
