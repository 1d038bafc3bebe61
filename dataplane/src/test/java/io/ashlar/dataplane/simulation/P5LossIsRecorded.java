package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.ExtentRow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * P5: a mirror that lost its power before a takeover began is kept only by an activation that is
 * recorded as lossy, and that only if every in-sync mirror lost its power or an operator said so.
 */
final class P5LossIsRecorded implements Watch {

    private static final String NAME = "P5 loss is recorded";

    private final World world;

    private record Grant(VolumeId volume, long epoch) {}

    private final Map<Grant, Long> grantedAt = new HashMap<>();

    P5LossIsRecorded(World world) {
        this.world = world;
    }

    @Override
    public void granted(VolumeId volume, long epoch) {
        grantedAt.putIfAbsent(new Grant(volume, epoch), world.agenda().now());
    }

    @Override
    public void changed(Command.MemberChange change, ExtentRow before, ExtentRow after) {
        if (!(change instanceof Command.Activate activate)) {
            return;
        }
        long granted = grantedAt.getOrDefault(new Grant(after.volume(), activate.epoch()), 0L);
        if (activate.lossy()) {
            List<MirrorId> trusted =
                    before.inSync().stream().filter(mirror -> !suspect(mirror)).toList();
            if (!trusted.isEmpty() && !before.overridden()) {
                throw new Violation(
                        NAME, activate + " is lossy, but mirrors " + trusted + " lost nothing");
            }
        } else {
            for (MirrorId kept : activate.keep()) {
                if (suspect(kept) && suspectSince(kept) < granted) {
                    throw new Violation(
                            NAME, activate + " trusts mirror " + kept + ", which lost its power");
                }
            }
        }
    }

    private boolean suspect(MirrorId mirror) {
        return world.stored(mirror).map(m -> m.standing().suspect()).orElse(true);
    }

    private long suspectSince(MirrorId mirror) {
        return world.stored(mirror)
                .map(ModelMirror::suspectSince)
                .orElseGet(() -> world.server(world.location(mirror).server()).replacedAt());
    }
}
