package io.ashlar.metadata.catalog;

import java.time.Duration;
import java.util.List;

/**
 * What an answer needs beside the tables.
 *
 * @param peers of the group, as {@code id@host:port}
 * @param leader id of the leading peer, empty if there is none
 * @param appliedIndex the tables hold the log up to it
 * @param sessionTerm how long a session lasts without a heartbeat
 */
public record GroupState(
        List<String> peers, String leader, long appliedIndex, Duration sessionTerm) {

    /** Copies the list. */
    public GroupState {
        peers = List.copyOf(peers);
    }
}
