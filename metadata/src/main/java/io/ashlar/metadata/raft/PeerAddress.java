package io.ashlar.metadata.raft;

import static java.util.stream.Collectors.joining;

import io.ashlar.common.config.HostPort;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A metadata peer: {@code id@host:port}.
 *
 * @param id for people, 1 to 63 of {@code a-z 0-9 -}; unique in the group
 * @param address where it listens for peers and clients
 */
public record PeerAddress(String id, HostPort address) {

    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /** Checks the id. */
    public PeerAddress {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "peer id '" + id + "' must be 1 to 63 of a-z, 0-9 and '-'");
        }
    }

    /**
     * Parses {@code id@host:port,id@host:port,...}.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public static List<PeerAddress> parseList(String text) {
        return Arrays.stream(text.split(",", -1)).map(PeerAddress::parse).toList();
    }

    private static PeerAddress parse(String text) {
        int at = text.indexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException("'" + text + "' is not id@host:port");
        }
        return new PeerAddress(
                text.substring(0, at).strip(), HostPort.parse(text.substring(at + 1).strip()));
    }

    /** The list as {@link #parseList} takes it. */
    static String format(List<PeerAddress> peers) {
        return peers.stream().map(PeerAddress::toString).collect(joining(","));
    }

    @Override
    public String toString() {
        return id + "@" + address;
    }
}
