package io.ashlar.dataplane.coordinator;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.id.MirrorId;
import org.junit.jupiter.api.Test;

final class SlowMirrorsTest {

    private static final MirrorId MIRROR = new MirrorId(1);
    private static final long REST = SlowMirrors.FIRST_REST;

    private final SlowMirrors slow = new SlowMirrors();

    @Test
    void oneThatWasNeverSlowJoinsAtOnce() {
        slow.struck(new MirrorId(2), 0);
        assertTrue(slow.mayJoin(MIRROR, 0, 0));
    }

    @Test
    void oneThatWasSlowRestsAndKeepsUpMeanwhile() {
        slow.struck(MIRROR, 0);
        assertFalse(slow.mayJoin(MIRROR, -REST, REST - 1));
        assertFalse(slow.mayJoin(MIRROR, 1, REST), "it lagged a moment ago");
        assertTrue(slow.mayJoin(MIRROR, 0, REST));
    }

    @Test
    void oneThatIsSlowAgainAndAgainRestsLongerEachTimeUpToALimit() {
        long now = 0;
        long longest = 0;
        for (int i = 0; i < 20; i++) {
            slow.struck(MIRROR, now);
            long rest = 1;
            while (!slow.mayJoin(MIRROR, now, now + rest)) {
                rest += REST / 2;
            }
            assertTrue(rest > longest || rest > SlowMirrors.LONGEST_REST - REST);
            longest = rest;
            now += rest;
        }
        assertTrue(longest <= SlowMirrors.LONGEST_REST + REST);
    }

    @Test
    void oneThatWasWellForLongIsForgiven() {
        slow.struck(MIRROR, 0);
        slow.struck(MIRROR, 100 * REST);
        assertTrue(slow.mayJoin(MIRROR, 100 * REST, 101 * REST));
    }
}
