package io.ashlar.ops.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over sockets of the loopback interface. */
@Timeout(60)
class ServerLinkTest {

    private static final String GREETING = "4e42444d41474943" + "49484156454f5054" + "0003";
    private static final String SERVES =
            ("0003e889045565a9" + "00000007" + "00000003" + "0000000c")
                    + ("0000" + "0000000000001000" + "016d")
                    + ("0003e889045565a9" + "00000007" + "00000001" + "00000000");

    /** Accepts as many connections as its backlog holds, and never says a word. */
    private static ServerSocket silent() throws IOException {
        return new ServerSocket(0, 4, InetAddress.getLoopbackAddress());
    }

    private static HostPort address(ServerSocket server) {
        return new HostPort(server.getInetAddress().getHostAddress(), server.getLocalPort());
    }

    /** Serves every volume to one client, until that closes. */
    private static Thread serveOne(ServerSocket server) {
        return Thread.startVirtualThread(() -> {
            try (Socket client = server.accept()) {
                DataOutputStream out = new DataOutputStream(client.getOutputStream());
                DataInputStream in = new DataInputStream(client.getInputStream());
                out.write(HexFormat.of().parseHex(GREETING));
                in.skipNBytes(4 + 8 + 4);
                in.skipNBytes(in.readInt());
                out.write(HexFormat.of().parseHex(SERVES));
                in.read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void givesASilentServerUpAndGoesToTheNext() throws Exception {
        try (ServerSocket silent = silent();
                ServerSocket good = silent()) {
            Thread serving = serveOne(good);
            long began = System.nanoTime();

            try (ServerLink link =
                    ServerLink.first(List.of(address(silent), address(good)), "db")) {
                assertEquals(address(good), link.server());
                assertEquals(new NbdHandshake.Export(4096, 0x16d, Optional.empty()), link.export());
            }

            Duration took = Duration.ofNanos(System.nanoTime() - began);
            assertTrue(took.compareTo(ServerLink.GREETING) >= 0, took::toString);
            serving.join();
        }
    }

    @Test
    void saysOfEveryServerWhatItDoes() throws Exception {
        HostPort closed;
        try (ServerSocket silent = silent()) {
            try (ServerSocket gone = silent()) {
                closed = address(gone);
            }
            StorageException refusal =
                    assertThrows(
                            StorageException.class,
                            () -> ServerLink.first(List.of(address(silent), closed), "db"));

            assertEquals(ErrorCode.UNAVAILABLE, refusal.code());
            String said = Objects.toString(refusal.getMessage());
            assertTrue(said.contains(address(silent) + ": no answer within 2 s"), said);
            assertTrue(said.contains(closed + ": "), said);
        }
    }
}
