package io.ashlar.dataplane.nbd;

import java.time.Duration;

/**
 * What clients may take of a server.
 *
 * @param connections at once; more are closed when accepted
 * @param handshakes connections at once whose client has yet to choose an export; the longest
 *     waiting one makes room for a new one
 * @param handshakeTime from accepting to the choice of an export, not counting the time in which
 *     the client waits for the server
 * @param options in one handshake; more close the connection
 * @param optionBytes kept of one option; longer ones are refused, at least 8 KiB
 * @param requests under way per connection; more wait in the socket
 * @param connectionBytes of payload under way per connection; more wait in the socket. At least the
 *     longest request
 * @param loopBytes of payload under way over all connections of one event loop; more wait
 * @param stallTime in which a client that holds bytes, for a payload it has announced or in replies
 *     it has yet to read, must move 1 MiB or be done, or is dropped if others wait for the bytes
 * @param silence after which a client is dropped whose machine acknowledges nothing: it may have
 *     gone to another server. 1.5 times as long passes at most until it is. At least 1 s
 */
public record NbdLimits(
        int connections,
        int handshakes,
        Duration handshakeTime,
        int options,
        int optionBytes,
        int requests,
        long connectionBytes,
        long loopBytes,
        Duration stallTime,
        Duration silence) {

    /** Checks the bounds. */
    public NbdLimits {
        if (connections < 1 || handshakes < 1 || options < 1 || requests < 1) {
            throw new IllegalArgumentException("every limit must be positive");
        }
        if (optionBytes < 8192 || optionBytes > 1 << 20) {
            throw new IllegalArgumentException("optionBytes must be 8 KiB to 1 MiB");
        }
        if (connectionBytes < ExportReply.MAX_PAYLOAD || loopBytes < connectionBytes) {
            throw new IllegalArgumentException(
                    "connectionBytes must hold a request of 32 MiB, loopBytes a connection's");
        }
        if (!handshakeTime.isPositive() || !stallTime.isPositive()) {
            throw new IllegalArgumentException("times must be positive");
        }
        if (silence.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("silence must be 1 s or more");
        }
    }

    /** Fits a server with one GiB of heap and more. */
    public static NbdLimits standard() {
        return new NbdLimits(
                4096,
                256,
                Duration.ofSeconds(10),
                256,
                64 << 10,
                1024,
                64L << 20,
                128L << 20,
                Duration.ofSeconds(10),
                Duration.ofSeconds(3));
    }
}
