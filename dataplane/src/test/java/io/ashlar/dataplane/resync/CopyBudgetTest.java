package io.ashlar.dataplane.resync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class CopyBudgetTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void keepsTheRateOverTimeWhateverTheSizeOfThePieces() {
        for (long piece : new long[] {4096, 1 << 20, 7 << 20}) {
            CopyBudget budget = new CopyBudget(10 << 20, 0);
            long copied = 0;
            for (long now = 0; now < 20 * SECOND; now += SECOND / 1000) {
                while (budget.take(piece, now)) {
                    copied += piece;
                }
            }
            assertEquals(
                    200.0 * (1 << 20),
                    (double) copied,
                    (double) ((1 << 20) + piece),
                    "piece " + piece);
        }
    }

    @Test
    void aPauseIsNotFollowedByABurst() {
        CopyBudget budget = new CopyBudget(10 << 20, 0);
        long copied = 0;
        while (budget.take(4096, 100 * SECOND)) {
            copied += 4096;
        }
        assertTrue(copied <= (1 << 20) + 8192, "copied " + copied);
    }
}
