package io.ashlar.dataplane.simulation;

import io.ashlar.dataplane.coordinator.Note;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.ExtentRow;
import java.util.HashSet;
import java.util.Set;

/**
 * A mirror that is to go leaves the in-sync set only when as many others are in sync as there
 * should be, unless something is wrong with it; and what a device drops is in no extent's row.
 */
final class MovesKeepRedundancy implements Watch {

    private static final String NAME = "moves keep redundancy";

    private final World world;
    private final Set<Command.MemberChange> moves = new HashSet<>();

    MovesKeepRedundancy(World world) {
        this.world = world;
    }

    @Override
    public void noted(Tenure tenure, Note note) {
        if (note instanceof Note.RemovalProposed removal && removal.moves()) {
            ExtentRow row = world.row(removal.extent());
            moves.add(
                    new Command.RemoveMember(
                            row.id(), tenure.epoch(), row.setVersion(), removal.mirror()));
        }
    }

    @Override
    public void changed(Command.MemberChange change, ExtentRow before, ExtentRow after) {
        if (moves.contains(change) && after.inSync().size() < world.setup().mirrors()) {
            throw new Violation(NAME, "only " + after.inSync() + " are left after " + change);
        }
    }

    @Override
    public void dropped(ModelMirror mirror) {
        if (world.metadata().tables().locations().get(mirror.id()).isPresent()) {
            throw new Violation(NAME, "mirror " + mirror.id() + " was dropped and is needed");
        }
    }
}
