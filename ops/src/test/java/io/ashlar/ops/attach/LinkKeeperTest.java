package io.ashlar.ops.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.config.HostPort;
import io.ashlar.ops.attach.LinkKeeper.Offer;
import io.ashlar.ops.attach.LinkKeeper.Wait;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkKeeperTest {

    private static final HostPort A = new HostPort("a", 1);
    private static final HostPort B = new HostPort("b", 1);
    private static final HostPort C = new HostPort("c", 1);

    // Readings of such a clock may run over.
    private static final long NOW = Long.MAX_VALUE - 1;

    private final LinkKeeper keeper = new LinkKeeper(2, List.of(A, B, C), NOW);

    @Test
    void waitsWhileAllConnectionsLive() {
        assertEquals(new Wait(LinkKeeper.IDLE), keeper.next(NOW));
    }

    @Test
    void replacesEveryDeadConnectionByOneToTheNextServer() {
        keeper.died(2);

        assertEquals(new Offer(B), keeper.next(NOW));
        keeper.taken(NOW);
        assertEquals(new Offer(B), keeper.next(NOW));
        keeper.taken(NOW);
        assertEquals(new Wait(LinkKeeper.IDLE), keeper.next(NOW));
    }

    @Test
    void triesAllServersTheDeadOneLastAndRestsAfterARound() {
        keeper.died(1);

        keeper.failed(NOW);
        assertFalse(keeper.roundFailed());
        assertEquals(new Offer(C), keeper.next(NOW));
        keeper.failed(NOW);
        assertEquals(new Offer(A), keeper.next(NOW));
        keeper.failed(NOW);

        assertTrue(keeper.roundFailed());
        assertEquals(new Wait(LinkKeeper.REST), keeper.next(NOW));
        assertEquals(new Offer(B), keeper.next(NOW + LinkKeeper.REST.toNanos()));
    }

    @Test
    void believesTheDriverOnlyAtTheSecondTimeThatNothingIsDead() {
        keeper.died(1);

        keeper.notNeeded(NOW);
        assertEquals(new Wait(LinkKeeper.SECOND_LOOK), keeper.next(NOW));
        long later = NOW + LinkKeeper.SECOND_LOOK.toNanos();
        assertEquals(new Offer(B), keeper.next(later));
        keeper.notNeeded(later);

        assertEquals(new Wait(LinkKeeper.IDLE), keeper.next(later));
    }

    @Test
    void looksTwiceAgainWhenAnotherDiesMeanwhile() {
        keeper.died(1);
        keeper.notNeeded(NOW);
        keeper.died(1);
        long later = NOW + LinkKeeper.SECOND_LOOK.toNanos();

        keeper.notNeeded(later);

        assertEquals(new Wait(LinkKeeper.SECOND_LOOK), keeper.next(later));
    }

    @Test
    void countsNoMoreDeadThanThereAre() {
        keeper.died(16);

        keeper.taken(NOW);
        keeper.taken(NOW);

        assertEquals(new Wait(LinkKeeper.IDLE), keeper.next(NOW));
    }

    @Test
    void isNotKeptBusyByServersThatAcceptAndClose() {
        keeper.died(1);
        keeper.taken(NOW);
        keeper.died(1);

        assertEquals(new Wait(LinkKeeper.REST), keeper.next(NOW));
        assertEquals(new Offer(C), keeper.next(NOW + LinkKeeper.REST.toNanos()));
    }

    @Test
    void goesToTheServersThatItLearnsOf() {
        keeper.died(1);
        HostPort other = new HostPort("d", 1);

        keeper.learn(List.of());
        assertEquals(new Offer(B), keeper.next(NOW));
        keeper.learn(List.of(other, A));
        assertEquals(new Offer(other), keeper.next(NOW));
        keeper.failed(NOW);
        assertEquals(new Offer(A), keeper.next(NOW));
    }
}
