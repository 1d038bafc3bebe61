package io.ashlar.dataplane.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.config.HostPort;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.message.ToPeer;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Links whose peer's kernel still answers and whose peer does not. */
@Timeout(60)
class SilenceTest {

    private static final Duration SILENCE = Duration.ofMillis(500);

    private final Rig rig = new Rig();

    SilenceTest() {
        rig.config = rig.config.withSilence(SILENCE);
    }

    @AfterEach
    void closeAll() {
        rig.close();
    }

    @Test
    void aLinkWithNothingToSayStaysUp() {
        rig.connect(rig.listen(0).address());
        PeerLink<ToPeer> near = rig.near.awaitUp().link();
        rig.far.awaitUp();
        assertEquals(Optional.empty(), rig.near.within(3 * SILENCE.toMillis()));
        assertEquals(Optional.empty(), rig.far.within(0));
        assertTrue(System.nanoTime() - near.lastReceivedNanos() < SILENCE.toNanos());
    }

    @Test
    void theCallerLeavesAServerThatAnswersNothing() throws Exception {
        try (ServerSocket mute = new ServerSocket(0)) {
            rig.connect(new HostPort("127.0.0.1", mute.getLocalPort()));
            try (Socket socket = mute.accept()) {
                socket.getOutputStream().write(welcome(2));
                rig.near.awaitUp();
                assertTrue(rig.near.awaitDown().startsWith("nothing has come for "));
            }
        }
        assertEquals(1, rig.count("net.links.silent"));
    }

    @Test
    void theListenerLeavesACallerThatHasFallenSilent() throws Exception {
        Socket caller = rig.raw(rig.listen(0).address());
        caller.getOutputStream().write(Rig.hello(Rig.CLUSTER, Rig.FAR, 1, 2, Hello.ROLE_PEER));
        rig.far.awaitUp();
        assertTrue(rig.far.awaitDown().startsWith("nothing has come for "));
        assertEquals(1, rig.count("net.links.silent"));
    }

    @Test
    void aPingIsAnsweredWithAPong() throws Exception {
        Socket caller = rig.raw(rig.listen(0).address());
        caller.getOutputStream().write(Rig.hello(Rig.CLUSTER, Rig.FAR, 2, 2, Hello.ROLE_PEER));
        rig.far.awaitUp();
        caller.getInputStream().readNBytes(welcome(2).length);
        caller.getOutputStream().write(Frames.of(FrameType.PING, FrameType.HELLO));
        byte[] pong = caller.getInputStream().readNBytes(FrameHeader.BYTES);
        assertEquals(FrameType.PONG, Frames.decode(2, pong).getFirst());
    }

    @Test
    void aPeerOfVersionOneIsLeftInPeace() throws Exception {
        Socket caller = rig.raw(rig.listen(0).address());
        caller.getOutputStream().write(Rig.hello());
        rig.far.awaitUp();
        assertEquals(Optional.empty(), rig.far.within(5 * SILENCE.toMillis()));
    }

    @Test
    void aPingIsNothingThatVersionOneKnows() throws Exception {
        Socket caller = rig.raw(rig.listen(0).address());
        caller.getOutputStream().write(Rig.hello());
        rig.far.awaitUp();
        byte[] ping = Frames.of(FrameType.PING, FrameType.HELLO);
        ping[4] = 1;
        caller.getOutputStream().write(Frames.reseal(ping));
        assertEquals("unexpected PING", rig.far.awaitDown());
    }

    @Test
    void aLoopThatSleptReadsBeforeItJudges() throws Exception {
        rig.config = rig.config.withSilence(SILENCE.multipliedBy(100));
        HostPort address = rig.listen(0).address();
        rig.config = rig.config.withSilence(SILENCE);
        rig.connect(address);
        PeerLink<ToPeer> near = rig.near.awaitUp().link();
        rig.far.awaitUp();
        CountDownLatch never = new CountDownLatch(1);
        boolean woken =
                near.loop()
                        .submit(() -> never.await(SILENCE.toMillis() * 2, TimeUnit.MILLISECONDS))
                        .get();
        assertEquals(false, woken);
        ToMirror message = new RandomMessages(5).to(new MirrorRequest.Release());
        near.loop().execute(() -> near.send(message));
        assertEquals(message, rig.far.awaitMessage());
    }

    private static byte[] welcome(int version) {
        Identity self = new Identity(Rig.CLUSTER, Rig.FAR, 1);
        Hello hello = new Hello(self, Rig.NEAR, version, version, Hello.ROLE_PEER, 3);
        return Frames.of(hello, FrameType.WELCOME);
    }
}
