package io.ashlar.dataplane.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.config.HostPort;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.message.ToPeer;
import io.netty.util.ResourceLeakDetector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers gone wrong end their own connections; the listener and its good links live on. */
@Timeout(60)
class NoiseTest {

    private final LinkHandler<FromPeer, ToPeer> echo = new Echo();
    private final Rig rig = new Rig();

    @AfterEach
    void closeAll() {
        rig.close();
    }

    @Test
    void aGoodLinkIsServedWhileOthersSendNoise() throws Exception {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        HostPort address = rig.listen(0, echo).address();
        rig.connect(address);
        PeerLink<ToPeer> good = rig.near.awaitUp().link();
        Random random = new Random(17);
        for (int round = 0; round < 300; round++) {
            sendNoise(address, random);
            long id = round;
            good.loop().execute(() -> good.send(ask(id)));
            FromMirror answer = (FromMirror) rig.near.awaitMessage();
            assertEquals(new MirrorReply.Promised(id, 0), answer.reply());
        }
        long refused = refusals();
        assertTrue(refused > 200, "only " + refused + " of 300 were refused");
        assertEquals(Optional.empty(), rig.near.within(0));
    }

    private static ToMirror ask(long id) {
        return new RandomMessages(id).to(new MirrorRequest.Ask(id, 0));
    }

    private long refusals() {
        return rig
                .registry
                .getCounters((name, _) -> name.startsWith("net.links.refused"))
                .values()
                .stream()
                .mapToLong(counter -> counter.getCount())
                .sum();
    }

    /** A good hello and good requests, spoilt in one way; until the listener closes. */
    private void sendNoise(HostPort address, Random random) throws IOException {
        byte[] stream = stream(random);
        switch (random.nextInt(4)) {
            case 0 -> stream[random.nextInt(stream.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> stream = Arrays.copyOf(stream, random.nextInt(stream.length));
            case 2 -> random.nextBytes(stream);
            default -> stream = Frames.reseal(absurd(stream, random));
        }
        try (Socket socket = rig.raw(address)) {
            socket.getOutputStream().write(stream);
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            assertTrue(e.toString().matches("(?i).*(reset|broken pipe).*"), e.toString());
        }
    }

    private static byte[] stream(Random random) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        stream.writeBytes(Rig.hello());
        new RandomMessages(random.nextLong())
                .requests()
                .forEach(request -> stream.writeBytes(WireCodec.encode(request)));
        return stream.toByteArray();
    }

    /** Any number for the lengths of the first frame. */
    private static byte[] absurd(byte[] stream, Random random) {
        byte[] frame = Arrays.copyOf(stream, 64);
        for (int at = 40; at < 48; at++) {
            frame[at] = (byte) random.nextInt(256);
        }
        return frame;
    }

    private static final class Echo implements LinkHandler<FromPeer, ToPeer> {

        @Override
        public void up(PeerLink<FromPeer> link) {}

        @Override
        public void received(PeerLink<FromPeer> link, ToPeer message) {
            if (message instanceof ToMirror to
                    && to.request() instanceof MirrorRequest.Ask(long id, long _)) {
                link.send(
                        new FromMirror(
                                to.mirror(),
                                to.epoch(),
                                to.conn(),
                                new MirrorReply.Promised(id, 0)));
            }
        }

        @Override
        public void down(PeerLink<FromPeer> link, String reason) {}
    }
}
