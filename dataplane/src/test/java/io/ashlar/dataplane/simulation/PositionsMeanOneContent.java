package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.ExtentId;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.ExtentRow;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A position (epoch, seq) means one content, for ever, on all mirrors; and no record of an epoch
 * exists before that epoch's activation.
 */
final class PositionsMeanOneContent implements Watch {

    private static final String NAME = "positions mean one content";

    private record Key(ExtentId extent, Position position) {}

    private record Epoch(ExtentId extent, long epoch) {}

    private final World world;
    private final Map<Key, Long> digests = new HashMap<>();
    private final Set<Epoch> activated = new HashSet<>();

    PositionsMeanOneContent(World world) {
        this.world = world;
    }

    @Override
    public void changed(Command.MemberChange change, ExtentRow before, ExtentRow after) {
        if (change instanceof Command.Activate activate) {
            activated.add(new Epoch(activate.extent(), activate.epoch()));
        }
    }

    @Override
    public void appending(ModelMirror mirror, JournalRecord record) {
        if (!(record instanceof JournalRecord.Write write)) {
            return;
        }
        ExtentId extent = world.extentOf(mirror.id());
        long digest = digest(write.change());
        Long known = digests.putIfAbsent(new Key(extent, write.position()), digest);
        if (known != null && known != digest) {
            throw new Violation(
                    NAME, "extent " + extent + " has two changes at " + write.position());
        }
        if (!activated.contains(new Epoch(extent, write.position().epoch()))) {
            throw new Violation(
                    NAME, write.position() + " is written before the activation of its epoch");
        }
    }

    private static long digest(Change change) {
        long range = change.range().first() * 1_000_003 + change.range().count();
        return range * 31
                + switch (change) {
                    case Change.Data data -> Arrays.hashCode(data.payload().checksums());
                    case Change.Zero zero -> zero.trim() ? 1 : 2;
                };
    }
}
