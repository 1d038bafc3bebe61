package io.ashlar.dataplane.net;

import java.time.Duration;
import java.util.Optional;

/**
 * The limits of links.
 *
 * @param connectTimeout after which a connection attempt has failed; at least 1 ms
 * @param helloTimeout after which a connection without a completed hello is closed
 * @param minBackoff between a failure and the next attempt, at first
 * @param maxBackoff the same, after many failures; after a link or an attempt that lasted longer
 *     than this, the pauses start over at {@code minBackoff}
 * @param maxOutboundBytes what may wait in one link for the network; a link that is sent more is
 *     closed. At least one frame (2 MiB)
 * @param maxAccepted how many connections a listener holds; more are closed at once
 * @param silence after which the side that connected closes a link on which nothing has come; the
 *     side that accepted waits twice as long. At least 4 ms
 * @param tls without it links are plain TCP
 */
public record LinkConfig(
        Duration connectTimeout,
        Duration helloTimeout,
        Duration minBackoff,
        Duration maxBackoff,
        int maxOutboundBytes,
        int maxAccepted,
        Duration silence,
        Optional<LinkTls> tls) {

    /** What suits a local network. */
    public static final LinkConfig DEFAULT =
            new LinkConfig(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(20),
                    Duration.ofMillis(500),
                    64 << 20,
                    1024,
                    Duration.ofSeconds(1),
                    Optional.empty());

    /** Checks the bounds. */
    public LinkConfig {
        if (connectTimeout.toMillis() < 1
                || minBackoff.toMillis() < 1
                || maxBackoff.compareTo(minBackoff) < 0
                || silence.toMillis() < 4
                || maxOutboundBytes < 2 << 20
                || maxAccepted < 1) {
            throw new IllegalArgumentException("limits of links out of bounds");
        }
    }

    /** The same with another bound on what waits in a link. */
    public LinkConfig withMaxOutboundBytes(int bytes) {
        return new LinkConfig(
                connectTimeout,
                helloTimeout,
                minBackoff,
                maxBackoff,
                bytes,
                maxAccepted,
                silence,
                tls);
    }

    /** The same with another time for the hello. */
    public LinkConfig withHelloTimeout(Duration timeout) {
        return new LinkConfig(
                connectTimeout,
                timeout,
                minBackoff,
                maxBackoff,
                maxOutboundBytes,
                maxAccepted,
                silence,
                tls);
    }

    /** The same, with TLS or without. */
    public LinkConfig withTls(Optional<LinkTls> chosen) {
        return new LinkConfig(
                connectTimeout,
                helloTimeout,
                minBackoff,
                maxBackoff,
                maxOutboundBytes,
                maxAccepted,
                silence,
                chosen);
    }

    /** The same with another bound on accepted connections. */
    public LinkConfig withMaxAccepted(int links) {
        return new LinkConfig(
                connectTimeout,
                helloTimeout,
                minBackoff,
                maxBackoff,
                maxOutboundBytes,
                links,
                silence,
                tls);
    }

    /** The same with another bound on silence. */
    public LinkConfig withSilence(Duration time) {
        return new LinkConfig(
                connectTimeout,
                helloTimeout,
                minBackoff,
                maxBackoff,
                maxOutboundBytes,
                maxAccepted,
                time,
                tls);
    }
}
