package io.ashlar.metadata.model;

/** Whether a server's session with the metadata group is alive. */
public enum ServerState {
    /** Heartbeats arrive. */
    ALIVE,
    /** None arrived for a session term: its leases may be granted to others. */
    EXPIRED
}
