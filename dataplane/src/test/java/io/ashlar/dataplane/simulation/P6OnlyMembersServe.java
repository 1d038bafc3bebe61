package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.coordinator.Note;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.EpochStart;
import io.ashlar.metadata.model.ExtentRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * P6: the in-sync set is never empty, only its members are read or copied from (since an override,
 * only those whom it named), and the epoch history grows strictly in both fields.
 */
final class P6OnlyMembersServe implements Watch {

    private static final String NAME = "P6 only members serve";

    private final World world;

    /** Those whom the current coordinator may take for members: it hears of changes later. */
    private final Map<ExtentId, Set<MirrorId>> members = new HashMap<>();

    P6OnlyMembersServe(World world) {
        this.world = world;
    }

    @Override
    public void changed(Command.MemberChange change, ExtentRow before, ExtentRow after) {
        if (after.inSync().isEmpty()) {
            throw new Violation(NAME, "nobody is in sync after " + change);
        }
        switch (change) {
            case Command.Activate activate ->
                    members.put(after.id(), new HashSet<>(activate.keep()));
            case Command.AddMember add -> members(after.id()).add(add.mirror());
            case Command.RecordLossTold _ -> {}
            case Command.RemoveMember _ -> {} // when the coordinator notes it
        }
        List<EpochStart> history = after.history();
        for (int i = 1; i < history.size(); i++) {
            if (history.get(i - 1).epoch() >= history.get(i).epoch()
                    || history.get(i - 1).firstSeq() >= history.get(i).firstSeq()) {
                throw new Violation(NAME, "the history does not grow: " + history);
            }
        }
    }

    @Override
    public void overridden(ExtentRow row) {
        members.put(row.id(), new HashSet<>(row.inSync()));
    }

    private Set<MirrorId> members(ExtentId extent) {
        return members.computeIfAbsent(extent, e -> new HashSet<>(world.row(e).inSync()));
    }

    @Override
    public void noted(Tenure tenure, Note note) {
        if (note instanceof Note.MemberRemoved removed && world.current(tenure)) {
            members(removed.extent()).retainAll(world.row(removed.extent()).inSync());
        }
    }

    @Override
    public void sent(Tenure tenure, ServerId server, ToMirror message) {
        boolean reads =
                switch (message.request()) {
                    case MirrorRequest.Read _,
                            MirrorRequest.Survey _,
                            MirrorRequest.ReadImage _,
                            MirrorRequest.ReadTail _ ->
                            true;
                    case MirrorRequest.Fence _,
                            MirrorRequest.Ask _,
                            MirrorRequest.Release _,
                            MirrorRequest.Write _,
                            MirrorRequest.Flush _,
                            MirrorRequest.Member _,
                            MirrorRequest.ListChanged _,
                            MirrorRequest.StartResync _,
                            MirrorRequest.CopyPage _,
                            MirrorRequest.JoinReady _,
                            MirrorRequest.Repair _ ->
                            false;
                };
        ExtentId extent = world.extentOf(message.mirror());
        if (reads && world.current(tenure) && !members(extent).contains(message.mirror())) {
            throw new Violation(
                    NAME, tenure + " reads from mirror " + message.mirror() + ", which is stale");
        }
    }
}
