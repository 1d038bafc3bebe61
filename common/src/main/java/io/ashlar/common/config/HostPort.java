package io.ashlar.common.config;

import java.net.InetSocketAddress;

/**
 * A TCP address as {@code host:port}; IPv6 hosts in brackets.
 *
 * @param host a name or an address, not empty
 * @param port 0 to 65535; 0 only where a free port is to be picked
 */
public record HostPort(String host, int port) {

    /** Checks the bounds. */
    public HostPort {
        if (host.isEmpty() || port < 0 || port > 65535) {
            throw new IllegalArgumentException("invalid address: " + host + ":" + port);
        }
    }

    /**
     * Parses {@code host:port} or {@code [v6]:port}.
     *
     * @throws IllegalArgumentException naming the text
     */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        try {
            if (colon > 0) {
                String host = text.substring(0, colon);
                if (host.startsWith("[") && host.endsWith("]")) {
                    host = host.substring(1, host.length() - 1);
                }
                return new HostPort(host, Integer.parseInt(text.substring(colon + 1)));
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not host:port", e);
        }
        throw new IllegalArgumentException("'" + text + "' is not host:port");
    }

    /** Resolves the name now. */
    public InetSocketAddress resolve() {
        return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
