package io.ashlar.metadata.raft;

import io.ashlar.common.config.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a metadata peer runs.
 *
 * @param id which of {@code peers} this one is
 * @param peers the whole group, this one included; 1, 3 or 5
 * @param directory its own: log, tables and snapshots
 * @param sessionTerm how long a server's session lasts without a heartbeat; at least 100 ms
 * @param snapshotEvery log entries between snapshots
 * @param keepEntries log entries kept behind a snapshot, for peers that lag a little
 * @param tls how it proves itself to other peers and to clients, and they to it
 */
public record PeerConfig(
        String id,
        List<PeerAddress> peers,
        Path directory,
        Duration sessionTerm,
        long snapshotEvery,
        long keepEntries,
        Optional<TlsFiles> tls) {

    /** How long a session lasts unless told otherwise. */
    public static final Duration DEFAULT_SESSION_TERM = Duration.ofSeconds(2);

    /** Checks that the id is one of the peers, and that these are distinct. */
    public PeerConfig {
        peers = List.copyOf(peers);
        Set<Object> seen = new HashSet<>();
        for (PeerAddress peer : peers) {
            if (!seen.add(peer.id()) || !seen.add(peer.address())) {
                throw new IllegalArgumentException(
                        "peer " + peer + " has an id or an address that another one has too");
            }
        }
        if (!seen.contains(id)) {
            throw new IllegalArgumentException(
                    "peer id '" + id + "' is not in the list " + PeerAddress.format(peers));
        }
        if (sessionTerm.toMillis() < 100) {
            throw new IllegalArgumentException("session term below 100 ms: " + sessionTerm);
        }
    }

    /**
     * With default terms and limits.
     *
     * @param peers as {@code id@host:port,...}
     */
    public static PeerConfig of(String id, String peers, Path directory) {
        // 10,000 entries kept: fewer invite RATIS-2500, and a short absence costs no snapshot.
        return new PeerConfig(
                id,
                PeerAddress.parseList(peers),
                directory,
                DEFAULT_SESSION_TERM,
                20_000,
                10_000,
                Optional.empty());
    }

    /** With another session term. */
    public PeerConfig withSessionTerm(Duration term) {
        return new PeerConfig(id, peers, directory, term, snapshotEvery, keepEntries, tls);
    }

    /** With other numbers of log entries. */
    public PeerConfig withLog(long snapshotAfter, long keep) {
        return new PeerConfig(id, peers, directory, sessionTerm, snapshotAfter, keep, tls);
    }

    /** With TLS, or without. */
    public PeerConfig withTls(Optional<TlsFiles> files) {
        return new PeerConfig(id, peers, directory, sessionTerm, snapshotEvery, keepEntries, files);
    }

    /** This peer. */
    PeerAddress self() {
        return peers.stream().filter(p -> p.id().equals(id)).findFirst().orElseThrow();
    }
}
