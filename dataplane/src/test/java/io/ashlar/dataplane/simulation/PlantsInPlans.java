package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.VolumePolicy;
import io.ashlar.metadata.model.VolumeView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Bugs of moving and replacing mirrors. */
final class PlantsInPlans {

    private PlantsInPlans() {}

    /** One that stays is enough for the coordinator. */
    static final class TooEarly extends PlantsInMetadata.OtherRows {
        @Override
        VolumeView granted(VolumeView v) {
            return PlantsInMetadata.with(v, new VolumePolicy(1, 1));
        }

        @Override
        ExtentRow other(ExtentRow row) {
            return row;
        }
    }

    /** A mirror that holds nothing yet seems to hold what another does. */
    static final class NotNew implements Plant {

        private final Map<Tenure, Position> heard = new HashMap<>();

        @Override
        public void deliver(Tenure to, FromMirror message) {
            if (!(message.reply() instanceof MirrorReply.Fenced fenced)) {
                to.received(message);
                return;
            }
            Position best = heard.merge(to, fenced.last(), (a, b) -> a.compareTo(b) < 0 ? b : a);
            boolean isNew = fenced.last().equals(Position.START) && to.serves();
            MirrorReply forged =
                    new MirrorReply.Fenced(
                            isNew ? best : fenced.last(),
                            fenced.suspect(),
                            fenced.stale(),
                            fenced.floor(),
                            fenced.roomBytes());
            to.received(new FromMirror(message.mirror(), message.epoch(), message.conn(), forged));
        }
    }

    /** Servers hear that mirrors which are to go are gone already. */
    static final class DropsMember implements Plant {

        private final Map<MirrorId, Boolean> retiring = new HashMap<>();

        @Override
        public Answer told(Query query, Answer answer) {
            if (answer instanceof Answer.Volume shown) {
                for (ExtentRow row : shown.view().extents()) {
                    row.mirrors().forEach(m -> retiring.put(m, row.retiring().contains(m)));
                }
            }
            return answer instanceof Answer.MirrorsOn on
                    ? new Answer.MirrorsOn(
                            on.mirrors().stream()
                                    .filter(m -> !retiring.getOrDefault(m, false))
                                    .toList(),
                            on.nextMirrorId())
                    : answer;
        }
    }

    /** What a list of mirrors does not have is dropped, though it may be newer than the list. */
    static final class OldList implements Plant {

        private final Map<Query, List<MirrorId>> before = new HashMap<>();

        @Override
        public Answer told(Query query, Answer answer) {
            if (!(answer instanceof Answer.MirrorsOn on)) {
                return answer;
            }
            List<MirrorId> old = before.getOrDefault(query, on.mirrors());
            before.put(query, on.mirrors());
            return new Answer.MirrorsOn(old, Long.MAX_VALUE);
        }
    }
}
