package io.ashlar.dataplane.simulation;

import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checkers can fail; {@code ops/simulate --planted} shows it for the bugs that take longer. */
final class PlantedBugTest {

    private static final int SEEDS = 100;

    @ParameterizedTest
    @EnumSource(
            names = {
                "MIRROR_FENCED_BEFORE_DRAINED",
                "REBOOTED_MIRROR_TRUSTED",
                "APPEND_ANSWERED_EARLY",
                "FLUSH_WITHOUT_SYNC",
                "TRIM_FORGETS_SEQ",
                "ACKNOWLEDGES_AFTER_ONE",
                "FLUSHES_ONE_MIRROR",
                "TAIL_NOT_ROLLED_FORWARD",
                "RESYNC_FROM_WRONG_SEQ",
                "RESYNC_IGNORES_TARGET",
                "COPY_OVERTAKEN",
                "REMOVAL_ASSUMED",
                "UNKNOWN_TAKEN_FOR_NO",
                "RETIRED_TOO_EARLY",
                "NEW_MIRROR_TAKEN_FOR_OLD",
                "DROPPED_WHILE_MEMBER",
                "NEWER_MIRROR_DROPPED",
                "OLDER_SESSION_EXECUTED",
                "RESENT_IN_SAME_SESSION",
                "ANSWERED_WHEN_FORWARDED",
                "LOSS_NOT_FORWARDED",
                "OVERRIDE_KEEPS_SEQS",
                "SAME_HOLDER_AFTER_RESTART"
            })
    void isFoundSoon(PlantedBug bug) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            if (!Simulation.run(seed, bug.plant()).clean()) {
                return;
            }
        }
        fail(bug + " (" + bug.rule() + ") was not found in " + SEEDS + " seeds");
    }
}
