package io.ashlar.dataplane.resync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CourtesyTest {

    private static final long MILLI = 1_000_000;

    private final Courtesy courtesy = new Courtesy();

    @Test
    void copiesPagesSideBySideWhileNobodyAsks() {
        assertTrue(courtesy.mayBegin(0, 0));
        courtesy.begins(0);
        assertTrue(courtesy.mayBegin(3, 0));
        assertFalse(courtesy.mayBegin(4, 0));
        courtesy.ended(5 * MILLI);
        assertTrue(courtesy.mayBegin(0, 5 * MILLI));
        assertEquals(256, courtesy.blocks(5 * MILLI));
    }

    @Test
    void restsAsLongAsItCopiedWhileClientsAsk() {
        courtesy.asked(0);
        assertTrue(courtesy.mayBegin(0, 0));
        assertTrue(courtesy.blocks(0) < 256);
        courtesy.begins(0);
        assertFalse(courtesy.mayBegin(1, 0));
        courtesy.ended(3 * MILLI);
        assertFalse(courtesy.mayBegin(0, 5 * MILLI));
        assertTrue(courtesy.mayBegin(0, 6 * MILLI));
    }

    @Test
    void goesOnAtFullSpeedSoonAfterTheLastRequest() {
        courtesy.asked(0);
        courtesy.begins(0);
        courtesy.ended(400 * MILLI);
        assertTrue(courtesy.mayBegin(3, 401 * MILLI));
        assertEquals(256, courtesy.blocks(401 * MILLI));
    }
}
