package io.ashlar.dataplane.resync;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ashlar.dataplane.journal.Position;
import io.ashlar.metadata.model.EpochStart;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SharedHistoryTest {

    private static final List<EpochStart> HISTORY =
            List.of(new EpochStart(1, 1), new EpochStart(2, 11), new EpochStart(5, 31));

    @Test
    void aMirrorOfTheCurrentEpochSharesAllThatItHas() {
        assertEquals(40, SharedHistory.lastShared(new Position(5, 40), HISTORY));
    }

    @Test
    void whatAnOlderEpochWroteBeyondTheNextOnesStartIsNotShared() {
        assertEquals(10, SharedHistory.lastShared(new Position(1, 15), HISTORY));
        assertEquals(30, SharedHistory.lastShared(new Position(2, 99), HISTORY));
    }

    @Test
    void aMirrorThatStoppedEarlierSharesUpToWhereItStopped() {
        assertEquals(7, SharedHistory.lastShared(new Position(1, 7), HISTORY));
    }

    @Test
    void anEpochThatNeverWasActiveSharesUpToTheNextThatWas() {
        assertEquals(30, SharedHistory.lastShared(new Position(4, 35), HISTORY));
    }

    @Test
    void aNewMirrorSharesNothing() {
        assertEquals(0, SharedHistory.lastShared(Position.START, HISTORY));
    }
}
