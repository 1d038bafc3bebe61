package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.ExtentId;
import io.ashlar.dataplane.coordinator.VolumeCoordinator.ExtentStatus;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.ExtentRow;
import java.util.List;

/**
 * In-sync mirrors that trust themselves have nothing stale, hold everything committed, and differ
 * only in changes that one of them has not received yet.
 */
final class MembersAgree implements Watch {

    private static final String NAME = "members agree";

    private final World world;

    MembersAgree(World world) {
        this.world = world;
    }

    @Override
    public void changed(Command.MemberChange change, ExtentRow before, ExtentRow after) {
        check(after.id());
    }

    @Override
    public void sampled() {
        world.extents().forEach(this::check);
        for (Tenure tenure : world.tenures()) {
            if (world.current(tenure)) {
                tenure.coordinator().status().forEach(this::holdEverything);
            }
        }
    }

    private void holdEverything(ExtentStatus status) {
        if (!status.active()) {
            return;
        }
        for (ModelMirror mirror : world.trustedMembers(status.row().id())) {
            if (mirror.last().seq() < status.committed()) {
                throw new Violation(
                        NAME,
                        status.committed()
                                + " is committed, but mirror "
                                + mirror.id()
                                + " ends at "
                                + mirror.last());
            }
        }
    }

    private void check(ExtentId extent) {
        if (world.row(extent).overridden()) {
            return; // who goes on is made whole before the activation
        }
        List<ModelMirror> members = world.trustedMembers(extent);
        for (ModelMirror mirror : members) {
            if (!mirror.stale().isEmpty()) {
                throw new Violation(
                        NAME,
                        "in-sync mirror " + mirror.id() + " has " + mirror.stale() + " stale");
            }
        }
        for (int i = 1; i < members.size(); i++) {
            compare(members.get(i - 1), members.get(i));
        }
    }

    private static void compare(ModelMirror one, ModelMirror other) {
        for (int block = 0; block < one.blocks(); block++) {
            Cell a = one.cell(block);
            Cell b = other.cell(block);
            boolean agree =
                    a.seq() == b.seq()
                            ? a.rotten() || b.rotten() || a.holdsTheSameAs(b)
                            : a.seq() > b.seq()
                                    ? a.seq() > other.last().seq()
                                    : b.seq() > one.last().seq();
            if (!agree) {
                throw new Violation(
                        NAME,
                        "block %d: mirror %s at %s holds %s, mirror %s at %s holds %s"
                                .formatted(
                                        block,
                                        one.id(),
                                        one.last(),
                                        a,
                                        other.id(),
                                        other.last(),
                                        b));
            }
        }
    }
}
