package io.ashlar.dataplane.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A short, fixed set of seeds; {@code ops/simulate} runs the long ones. */
final class SimulationTest {

    private static final int SEEDS = 130;

    @Test
    void keepsEveryPromiseUnderFaults() {
        long answers = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Simulation.Outcome outcome = Simulation.run(seed, Plant.NONE);
            assertEquals(List.of(), List.copyOf(outcome.trace()), outcome::report);
            answers += outcome.answers();
        }
        assertTrue(answers > 100L * SEEDS, "hardly anything was asked: " + answers);
    }

    @Test
    void runsASeedTheSameWayEveryTime() {
        Simulation.Outcome once = Simulation.run(7, Plant.NONE);
        Simulation.Outcome again = Simulation.run(7, Plant.NONE);
        assertEquals(once, again);
    }
}
