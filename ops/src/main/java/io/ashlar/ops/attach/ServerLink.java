package io.ashlar.ops.attach;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A connection to a server, past the handshake and still ours. */
final class ServerLink implements AutoCloseable {

    /** A server that is alive accepts and greets at once. */
    static final Duration GREETING = Duration.ofSeconds(2);

    /** It answers only when it serves: a takeover may have to run first. */
    private static final Duration TAKEOVER = Duration.ofSeconds(20);

    private final HostPort server;
    private final TcpSocket socket;
    private final NbdHandshake.Export export;

    private ServerLink(HostPort server, TcpSocket socket, NbdHandshake.Export export) {
        this.server = server;
        this.socket = socket;
        this.export = export;
    }

    /**
     * Connects and asks for a volume.
     *
     * @throws StorageException naming the server and what it does
     */
    static ServerLink open(HostPort server, String volume) {
        try {
            TcpSocket socket = TcpSocket.connect(server.resolve(), GREETING);
            try {
                NbdHandshake handshake = new NbdHandshake(socket);
                handshake.begin();
                socket.patience(TAKEOVER);
                NbdHandshake.Export export = handshake.go(volume);
                socket.patience(Duration.ZERO);
                return new ServerLink(server, socket, export);
            } catch (StorageException e) {
                socket.close();
                throw e;
            }
        } catch (StorageException e) {
            throw new StorageException(e.code(), server + ": " + e.getMessage(), e);
        }
    }

    /**
     * The first of some servers that serves a volume.
     *
     * @throws StorageException {@code UNAVAILABLE} with what each of them does if none does
     */
    static ServerLink first(List<HostPort> servers, String volume) {
        List<String> failures = new ArrayList<>();
        for (HostPort server : servers) {
            try {
                return open(server, volume);
            } catch (StorageException e) {
                failures.add(e.getMessage());
            }
        }
        throw new StorageException(
                ErrorCode.UNAVAILABLE,
                "no server serves volume '%s' to this machine: %s"
                        .formatted(volume, String.join("; ", failures)));
    }

    HostPort server() {
        return server;
    }

    NbdHandshake.Export export() {
        return export;
    }

    int descriptor() {
        return socket.descriptor();
    }

    /** Whether the driver uses it now; closing it here ends nothing then. */
    boolean taken() {
        return socket.hasLimit();
    }

    @Override
    public void close() {
        socket.close();
    }
}
