package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.coordinator.Note;
import java.util.HashMap;
import java.util.Map;

/**
 * Slowness alone never takes an in-sync set to below the volume's minimum, and who left for it does
 * not come back under the same coordinator at once.
 */
final class MinimumIsKept implements Watch {

    private static final String NAME = "minimum in sync";
    private static final long REST = Nanos.millis(3900);

    private record Left(Tenure tenure, ExtentId extent, MirrorId mirror) {}

    private final World world;
    private final Map<Left, Long> left = new HashMap<>();

    MinimumIsKept(World world) {
        this.world = world;
    }

    @Override
    public void noted(Tenure tenure, Note note) {
        if (note instanceof Note.RemovalProposed removal && removal.slow()) {
            int members = world.row(removal.extent()).inSync().size();
            if (world.current(tenure) && members <= world.setup().minInSync()) {
                throw new Violation(NAME, "only " + members + " are in sync, yet " + removal);
            }
            left.put(new Left(tenure, removal.extent(), removal.mirror()), world.agenda().now());
        }
        if (note instanceof Note.MemberAdded added) {
            Long since = left.remove(new Left(tenure, added.extent(), added.mirror()));
            if (since != null && world.agenda().now() - since < REST) {
                throw new Violation(NAME, added.mirror() + " was slow a moment ago");
            }
        }
    }
}
