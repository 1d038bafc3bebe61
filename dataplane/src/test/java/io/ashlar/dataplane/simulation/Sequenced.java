package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.ExtentRow;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Learns from the coordinators' messages which position each stamp got. */
final class Sequenced implements Watch {

    private record Key(ExtentId extent, long epoch, long stamp) {}

    private final World world;
    private final Map<Key, Position> positions = new HashMap<>();
    private final Map<ExtentId, Position> newest = new HashMap<>();
    private final Map<ExtentId, Long> lossyEpochs = new HashMap<>();

    Sequenced(World world) {
        this.world = world;
    }

    /** Where a stamp was first written under a coordinator. */
    Optional<Position> position(ExtentId extent, long epoch, long stamp) {
        return Optional.ofNullable(positions.get(new Key(extent, epoch, stamp)));
    }

    /** Whether a lossy activation since may have taken what that coordinator wrote (P5). */
    boolean mayBeLost(ExtentId extent, long epoch) {
        return epoch < lossyEpochs.getOrDefault(extent, 0L);
    }

    @Override
    public void changed(Command.MemberChange change, ExtentRow before, ExtentRow after) {
        if (change instanceof Command.Activate activate && activate.lossy()) {
            lossyEpochs.put(activate.extent(), activate.epoch());
        }
    }

    @Override
    public void overridden(ExtentRow row) {
        lossyEpochs.put(row.id(), row.overrides().getLast().epoch());
    }

    @Override
    public void sent(Tenure tenure, ServerId server, ToMirror message) {
        if (!(message.request() instanceof MirrorRequest.Write write)) {
            return;
        }
        JournalRecord.Write record = write.record();
        ExtentId extent = world.extentOf(message.mirror());
        Position seen = newest.getOrDefault(extent, Position.START);
        if (record.position().compareTo(seen) <= 0) {
            return; // the same to another mirror, or again
        }
        newest.put(extent, record.position());
        if (record.change() instanceof Change.Data data) {
            for (int unit = 0; unit < 2 * data.payload().blocks(); unit++) {
                learn(extent, Content.stamp(data.payload().bytes(), unit), record.position());
            }
        }
    }

    private void learn(ExtentId extent, long stamp, Position at) {
        positions.putIfAbsent(new Key(extent, at.epoch(), stamp), at);
    }
}
