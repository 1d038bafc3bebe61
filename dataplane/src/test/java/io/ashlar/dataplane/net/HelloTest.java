package io.ashlar.dataplane.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.message.MirrorRequest;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is let in, and what strangers and noise can do: nothing. */
@Timeout(60)
class HelloTest {

    private static final ClusterId OTHER = new ClusterId(new UUID(8, 9));

    private final Rig rig = new Rig();

    @AfterEach
    void closeAll() {
        rig.close();
    }

    /** What a listener answers to these bytes before it closes. */
    private ErrorCode answer(byte[] greeting) throws IOException {
        HostPort address = rig.listen(0).address();
        try (Socket socket = rig.raw(address)) {
            socket.getOutputStream().write(greeting);
            List<Object> answer = Frames.decode(socket.getInputStream().readAllBytes());
            assertEquals(1, answer.size());
            assertEquals(Optional.empty(), rig.far.within(0));
            Refusal refusal = (Refusal) answer.getFirst();
            assertTrue(refusal.message().length() > 10, refusal.message());
            return refusal.code();
        }
    }

    @Test
    void refusesAnotherCluster() throws Exception {
        byte[] hello = Rig.hello(OTHER, Rig.FAR, 1, 1, Hello.ROLE_PEER);
        assertEquals(ErrorCode.WRONG_CLUSTER, answer(hello));
        assertEquals(1, rig.count("net.links.refused.wrong_cluster"));
    }

    @Test
    void refusesACallForAnotherServer() throws Exception {
        byte[] hello = Rig.hello(Rig.CLUSTER, new ServerId("elsewhere"), 1, 1, Hello.ROLE_PEER);
        assertEquals(ErrorCode.NOT_FOUND, answer(hello));
    }

    @Test
    void refusesVersionsThatItDoesNotSpeak() throws Exception {
        byte[] hello = Rig.hello(Rig.CLUSTER, Rig.FAR, 3, 9, Hello.ROLE_PEER);
        assertEquals(ErrorCode.WRONG_VERSION, answer(hello));
    }

    @Test
    void acceptsARangeOfVersionsThatHoldsItsOwn() throws Exception {
        byte[] hello = Rig.hello(Rig.CLUSTER, Rig.FAR, 0, 9, Hello.ROLE_PEER);
        rig.raw(rig.listen(0).address()).getOutputStream().write(hello);
        rig.far.awaitUp();
    }

    @Test
    void refusesAnUnknownRole() throws Exception {
        assertEquals(ErrorCode.INVALID, answer(Rig.hello(Rig.CLUSTER, Rig.FAR, 1, 1, 2)));
    }

    @Test
    void refusesWhatIsNoHello() throws Exception {
        byte[] http =
                ("GET / HTTP/1.1\r\nHost: far\r\nX: " + "x".repeat(80) + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        assertEquals(ErrorCode.INVALID, answer(http));
    }

    @Test
    void refusesRequestsBeforeTheHello() throws Exception {
        byte[] release = WireCodec.encode(new RandomMessages(1).to(new MirrorRequest.Release()));
        assertEquals(ErrorCode.INVALID, answer(release));
    }

    @Test
    void closesAConnectionThatSaysNothing() throws Exception {
        rig.config = rig.config.withHelloTimeout(Duration.ofMillis(50));
        assertEquals(ErrorCode.UNAVAILABLE, answer(new byte[0]));
    }

    @Test
    void closesAConnectionTooMany() throws Exception {
        rig.config = rig.config.withMaxAccepted(1);
        HostPort address = rig.listen(0).address();
        rig.raw(address).getOutputStream().write(Rig.hello());
        rig.far.awaitUp();
        assertEquals(-1, rig.raw(address).getInputStream().read());
        assertEquals(1, rig.count("net.links.refused.unavailable"));
    }

    @Test
    void aConnectorStaysDownWhileItIsRefused() {
        rig.connect(rig.listen(0).address(), OTHER, Rig.FAR);
        while (rig.count("net.links.refused.wrong_cluster") < 8) {
            assertEquals(Optional.empty(), rig.near.within(20));
        }
    }

    @Test
    void aConnectorRefusesAServerThatAnswersForAnother() throws Exception {
        try (ServerSocket impostor = new ServerSocket(0)) {
            rig.connect(new HostPort("127.0.0.1", impostor.getLocalPort()));
            try (Socket socket = impostor.accept()) {
                Identity self = new Identity(Rig.CLUSTER, new ServerId("impostor"), 1);
                socket.getOutputStream()
                        .write(
                                Frames.of(
                                        new Hello(self, Rig.NEAR, 1, 1, Hello.ROLE_PEER, 3),
                                        FrameType.WELCOME));
                List<Object> said = Frames.decode(socket.getInputStream().readAllBytes());
                assertEquals(ErrorCode.NOT_FOUND, ((Refusal) said.getLast()).code());
            }
        }
        assertEquals(Optional.empty(), rig.near.within(0));
    }
}
