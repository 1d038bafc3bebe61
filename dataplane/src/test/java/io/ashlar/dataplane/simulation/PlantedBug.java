package io.ashlar.dataplane.simulation;

import java.util.function.Supplier;

/**
 * Bugs of the protocol that the simulator must find. Each spoils what passes between the code under
 * test and its world, so that the whole behaves as if the rule were missing; none of them is in the
 * code itself.
 */
enum PlantedBug {
    MIRROR_ADMITS_ANY_EPOCH("fencing: the last to fence wins", PlantsInMirrors.AnyEpoch::new),
    MIRROR_FENCED_BEFORE_DRAINED(
            "a fence is answered before older appends are", PlantsInMirrors.NotDrained::new),
    MIRROR_FORGETS_ACCEPTED_EPOCH(
            "a restart forgets the accepted epoch", PlantsInRecovery.AcceptedEpoch::new),
    MIRROR_FORGETS_PROMISE("H4: a restart forgets the promise", PlantsInRecovery.Promise::new),
    REBOOTED_MIRROR_TRUSTED("H5: an unclean start is no reason", PlantsInRecovery.Reboot::new),
    STALE_BLOCKS_FORGOTTEN("H10: a restart forgets what is stale", PlantsInRecovery.Stale::new),
    APPEND_ANSWERED_EARLY("answered before the device has it", PlantsInMirrors.Early::new),
    FLUSH_WITHOUT_SYNC("P4: flushed, but not synced", PlantsInMirrors.NoSync::new),
    TRIM_FORGETS_SEQ("H14: a trimmed block loses its seq", PlantsInMirrors.TrimForgets::new),
    JOINS_WITHOUT_SYNC("H7: the joiner is not made durable", PlantsInCoordinators.NoJoinSync::new),
    SERVES_WITHOUT_PROMISES("P3: promises are taken as given", PlantsInCoordinators.NoAsk::new),
    ACKNOWLEDGES_AFTER_ONE("P1: one mirror's word is enough", PlantsInCoordinators.OneWord::new),
    FLUSHES_ONE_MIRROR("P4: one mirror's flush is enough", PlantsInCoordinators.OneFlush::new),
    TAIL_NOT_ROLLED_FORWARD("H12: laggards are not rolled", PlantsInCoordinators.NoRoll::new),
    SILENT_MEMBER_TAKEN_FOR_LOST("H6: not all have answered", PlantsInCoordinators.Hasty::new),
    LOSS_TOLD_ONCE("P5: only the first to flush is told", PlantsInCoordinators.ToldOnce::new),
    LOSS_FORGOTTEN("P5: the next coordinator does not tell", PlantsInMetadata.NoLoss::new),
    RESYNC_FROM_WRONG_SEQ("P7: the delta begins too late", PlantsInResync.WrongSeq::new),
    RESYNC_IGNORES_TARGET("P7: the target's own tail stays", PlantsInResync.SourceOnly::new),
    COPY_OVERTAKEN("H16: copies leave the ordered stream", PlantsInResync.LateCopy::new),
    REMOVAL_ASSUMED("P1: the removal is not waited for", PlantsInMetadata.AssumedRemoval::new),
    UNKNOWN_TAKEN_FOR_NO("H1: an unanswered addition is a no", PlantsInMetadata.NoAnswerIsNo::new),
    OLD_PROPOSALS_APPLY("H2: the epoch is not compared", PlantsInMetadata.AnyProposal::new),
    MINIMUM_IGNORED("policy: slowness takes anybody out", PlantsInMetadata.NoMinimum::new),
    RETIRED_TOO_EARLY("a mirror goes before its successor came", PlantsInPlans.TooEarly::new),
    NEW_MIRROR_TAKEN_FOR_OLD("a new mirror is not copied to", PlantsInPlans.NotNew::new),
    DROPPED_WHILE_MEMBER("P6: what is to go is dropped at once", PlantsInPlans.DropsMember::new),
    NEWER_MIRROR_DROPPED("an old list of mirrors is believed", PlantsInPlans.OldList::new),
    ROOM_OF_LAST_APPEND("P8: the room after its own last append", PlantsInRoom.Own::new),
    ROOM_TO_THE_BRIM("P8: the margin is told of", PlantsInRoom.NoMargin::new),
    OLDER_SESSION_EXECUTED(
            "H17: an older session's requests are executed", PlantsInForwarding.OlderSession::new),
    RESENT_IN_SAME_SESSION("H17: resent without a new session", PlantsInForwarding.Resent::new),
    ANSWERED_WHEN_FORWARDED(
            "P1: the forwarder answers for the holder", PlantsInForwarding.AnsweredWhenSent::new),
    LOSS_NOT_FORWARDED("P5: the holder's losses are not heard", PlantsInForwarding.NoLosses::new),
    LOSS_TOLD_TO_FIRST_CLIENT(
            "P5: one client of a session is told", PlantsInForwarding.FirstClientTold::new),
    HISTORY_LOST("H11: only the last epoch is known", PlantsInMetadata.NoHistory::new),
    OVERRIDE_KEEPS_SEQS(
            "P6: what was stale does not count as changed", PlantsInOverrides.OldSeqs::new),
    SAME_HOLDER_AFTER_RESTART("H13: the nonce stays the same", PlantsInMetadata.SameNonce::new);

    private final String rule;

    @SuppressWarnings("ImmutableEnumChecker") // always a constructor reference
    private final Supplier<Plant> plant;

    PlantedBug(String rule, Supplier<Plant> plant) {
        this.rule = rule;
        this.plant = plant;
    }

    /** What is missing. */
    String rule() {
        return rule;
    }

    /** The bug, for one run. */
    Plant plant() {
        return plant.get();
    }
}
