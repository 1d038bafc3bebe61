package io.ashlar.metadata.catalog;

import static io.ashlar.metadata.catalog.Plan.Proposed;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.event.Event;
import io.ashlar.metadata.event.MemberEvent;
import java.util.HashSet;
import java.util.List;

/**
 * Turns proposals of coordinators into events. Whether they hold is compared when they are applied,
 * not here: an answer must follow from the log, or a resent proposal could be answered out of
 * order.
 */
final class MemberPlans {

    private static final int MAX_CHANGES = 16_384;

    private MemberPlans() {}

    static Plan change(Command.ChangeMembers c) {
        if (c.changes().isEmpty() || c.changes().size() > MAX_CHANGES) {
            throw new Refusal(
                    ErrorCode.INVALID,
                    "a batch has 1 to %d changes, not %d"
                            .formatted(MAX_CHANGES, c.changes().size()));
        }
        List<MemberEvent> events = c.changes().stream().map(MemberPlans::event).toList();
        return new Proposed(new Event.MembersChanged(events));
    }

    private static MemberEvent event(Command.MemberChange change) {
        return switch (change) {
            case Command.Activate a -> activated(a);
            case Command.RemoveMember r ->
                    new MemberEvent.MemberRemoved(
                            r.extent(), r.epoch(), r.setVersion(), r.mirror());
            case Command.AddMember a ->
                    new MemberEvent.MemberAdded(a.extent(), a.epoch(), a.setVersion(), a.mirror());
            case Command.RecordLossTold t ->
                    new MemberEvent.LossTold(t.extent(), t.epoch(), t.setVersion(), t.losses());
        };
    }

    private static MemberEvent activated(Command.Activate a) {
        if (a.firstSeq() < 1
                || a.keep().isEmpty()
                || new HashSet<>(a.keep()).size() < a.keep().size()) {
            throw new Refusal(
                    ErrorCode.INVALID,
                    "extent %s cannot be activated with the set %s from seq %d"
                            .formatted(a.extent(), a.keep(), a.firstSeq()));
        }
        return new MemberEvent.Activated(
                a.extent(), a.epoch(), a.setVersion(), a.keep(), a.firstSeq(), a.lossy());
    }
}
