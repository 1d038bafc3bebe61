package io.ashlar.dataplane.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.block.Payload;
import io.ashlar.common.config.HostPort;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.message.ToPeer;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connectors and listeners over real sockets. */
@Timeout(60)
class LinkTest {

    private final Rig rig = new Rig();
    private final RandomMessages messages = new RandomMessages(5);

    @AfterEach
    void closeAll() {
        rig.close();
    }

    @Test
    void bothSidesLearnWhoTheOtherIs() {
        rig.connect(rig.listen(0).address());
        PeerLink<ToPeer> near = rig.near.awaitUp().link();
        PeerLink<FromPeer> far = rig.far.awaitUp().link();
        assertEquals(new Identity(Rig.CLUSTER, Rig.FAR, 77), near.peer());
        assertEquals(new Identity(Rig.CLUSTER, Rig.NEAR, 66), far.peer());
        assertEquals(List.of(3, 3), List.of(near.shard(), far.shard()));
    }

    @Test
    void anAcceptedLinkLivesWhereItsShardDoes() {
        HostPort address = rig.listen(0).address();
        // One of the two arrives on another loop than its home.
        for (int i = 0; i < 2; i++) {
            rig.connect(address);
            assertSame(rig.home, rig.far.awaitUp().link().loop());
        }
    }

    @Test
    void messagesOfEveryKindArriveInOrder() {
        rig.connect(rig.listen(0).address());
        PeerLink<ToPeer> near = rig.near.awaitUp().link();
        PeerLink<FromPeer> far = rig.far.awaitUp().link();
        List<ToPeer> requests =
                Stream.generate(messages::requests).limit(20).flatMap(List::stream).toList();
        List<FromPeer> replies =
                Stream.generate(messages::replies).limit(20).flatMap(List::stream).toList();
        near.loop().execute(() -> requests.forEach(near::send));
        far.loop().execute(() -> replies.forEach(far::send));
        for (ToPeer request : requests) {
            assertTrue(DeepEquality.same(request, rig.far.awaitMessage()));
        }
        for (FromPeer reply : replies) {
            assertTrue(DeepEquality.same(reply, rig.near.awaitMessage()));
        }
    }

    @Test
    void theLargestFramesArriveBetweenSmallOnes() {
        rig.connect(rig.listen(0).address());
        PeerLink<ToPeer> near = rig.near.awaitUp().link();
        PeerLink<FromPeer> far = rig.far.awaitUp().link();
        FromMirror large = messages.from(new MirrorReply.Blocks(1, messages.payload(256)));
        FromMirror small = messages.from(new MirrorReply.Flushed(2));
        far.loop()
                .execute(() -> {
                    for (int i = 0; i < 8; i++) {
                        far.send(small);
                        far.send(large);
                    }
                });
        for (int i = 0; i < 8; i++) {
            assertEquals(small, rig.near.awaitMessage());
            assertEquals(large, rig.near.awaitMessage());
        }
        assertTrue(System.nanoTime() - near.lastReceivedNanos() < TimeUnit.SECONDS.toNanos(20));
    }

    @Test
    void aLinkIsUsedOnItsLoopOnly() {
        rig.connect(rig.listen(0).address());
        PeerLink<ToPeer> near = rig.near.awaitUp().link();
        ToMirror message = messages.to(new MirrorRequest.Release());
        assertThrows(IllegalStateException.class, () -> near.send(message));
    }

    @Test
    void aLinkThatBreaksIsMadeAgain() {
        PeerListener first = rig.listen(0);
        HostPort address = first.address();
        rig.connect(address);
        rig.near.awaitUp();
        rig.far.awaitUp();

        first.close();
        rig.near.awaitDown();
        rig.far.awaitDown();
        assertEquals(Optional.empty(), rig.near.within(150), "up without a listener");

        rig.listen(address.port());
        PeerLink<ToPeer> again = rig.near.awaitUp().link();
        rig.far.awaitUp();
        ToMirror message = messages.to(new MirrorRequest.Release());
        again.loop().execute(() -> again.send(message));
        assertEquals(message, rig.far.awaitMessage());
    }

    @Test
    void theCloserHearsItsOwnReasonAndThePeerIsTriedAgain() {
        rig.connect(rig.listen(0).address());
        PeerLink<ToPeer> near = rig.near.awaitUp().link();
        near.loop().execute(() -> near.close("no reason"));
        assertEquals("no reason", rig.near.awaitDown());
        rig.near.awaitUp();
    }

    @Test
    void aConnectorThatIsClosedStaysDown() {
        PeerConnector connector = rig.connect(rig.listen(0).address());
        rig.near.awaitUp();
        connector.close();
        rig.near.awaitDown();
        assertEquals(Optional.empty(), rig.near.within(150));
    }

    @Test
    void aLinkWhosePeerReadsNoMoreGoesDownAtItsBound() throws Exception {
        rig.config = rig.config.withMaxOutboundBytes(4 << 20);
        PeerListener listener = rig.listen(0);
        rig.raw(listener.address()).getOutputStream().write(Rig.hello());
        PeerLink<FromPeer> far = rig.far.awaitUp().link();
        FromMirror large = messages.from(new MirrorReply.Blocks(1, Payload.zeros(256)));
        far.loop()
                .execute(() -> {
                    for (int i = 0; i < 100; i++) {
                        far.send(large);
                    }
                });
        assertEquals("more than 4194304 bytes wait for the network", rig.far.awaitDown());
        assertEquals(1, rig.count("net.links.overflowed"));
    }

    @Test
    void smallMessagesToAPeerThatReadsNoMoreAreHeldInFewBuffers() throws Exception {
        rig.config = rig.config.withMaxOutboundBytes(64 << 20);
        rig.raw(rig.listen(0).address()).getOutputStream().write(Rig.hello());
        PeerLink<FromPeer> far = rig.far.awaitUp().link();
        FromMirror small = messages.from(new MirrorReply.Flushed(2));
        FromMirror large = messages.from(new MirrorReply.Blocks(1, Payload.zeros(256)));
        far.loop().submit(() -> sendTimes(far, large, 24)).get();
        long before = directBytes();
        for (int turn = 0; turn < 20_000; turn++) {
            far.loop().submit(() -> far.send(small)).get();
        }
        long held = directBytes() - before;
        assertTrue(held < 8 << 20, held + " bytes are held for 1.3 MB of messages");
        assertEquals(Optional.empty(), rig.far.within(0));
    }

    private static void sendTimes(PeerLink<FromPeer> link, FromMirror message, int times) {
        for (int i = 0; i < times; i++) {
            link.send(message);
        }
    }

    private static long directBytes() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    @Test
    void countsWhatFlows() {
        rig.connect(rig.listen(0).address());
        PeerLink<ToPeer> near = rig.near.awaitUp().link();
        rig.far.awaitUp();
        assertEquals(2, rig.count("net.links.up"));
        ToMirror message = messages.to(new MirrorRequest.Release());
        near.loop().execute(() -> near.send(message));
        rig.far.awaitMessage();
        assertEquals(3, rig.count("net.sent.frames"));
    }
}
