package io.ashlar.dataplane.nbd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.codahale.metrics.Snapshot;
import org.junit.jupiter.api.Test;

/** Quantiles from buckets. */
class LatencyReservoirTest {

    @Test
    void everyValueIsNearTheMiddleOfItsBucket() {
        for (long value = 1; value > 0 && value < Long.MAX_VALUE / 3; value = value * 3 / 2 + 1) {
            long middle = LatencyReservoir.middle(LatencyReservoir.bucket(value));
            assertTrue(Math.abs(middle - value) <= value / 8, value + " became " + middle);
        }
        assertTrue(LatencyReservoir.bucket(Long.MAX_VALUE) < new LatencyReservoir().size());
    }

    @Test
    void quantilesAreWithinAnEighth() {
        LatencyReservoir reservoir = new LatencyReservoir();
        for (int i = 1; i <= 10_000; i++) {
            reservoir.update(i * 1000L);
        }
        Snapshot snapshot = reservoir.getSnapshot();
        assertEquals(5_000_000, snapshot.getMedian(), 625_000);
        assertEquals(9_900_000, snapshot.get99thPercentile(), 1_237_500);
    }

    @Test
    void oldValuesFade() {
        LatencyReservoir reservoir = new LatencyReservoir();
        for (int i = 0; i < 20_000; i++) {
            reservoir.update(1_000_000);
        }
        for (int i = 0; i < 200_000; i++) {
            reservoir.update(1_000);
        }
        assertEquals(1_000, reservoir.getSnapshot().get999thPercentile(), 125);
    }

    @Test
    void nothingIsZero() {
        assertEquals(0, new LatencyReservoir().getSnapshot().get99thPercentile());
    }
}
