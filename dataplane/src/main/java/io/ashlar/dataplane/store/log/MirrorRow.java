package io.ashlar.dataplane.store.log;

import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.store.MirrorLabel;
import io.ashlar.dataplane.store.Roster;
import io.ashlar.dataplane.store.Standing;
import io.ashlar.metadata.model.EpochStart;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A mirror's row in the device's table.
 *
 * @param birth see {@link Owner}
 */
record MirrorRow(MirrorId id, MirrorLabel label, Standing standing, long birth) {

    Owner owner() {
        return new Owner(id.value(), birth);
    }

    MirrorRow with(Standing newStanding) {
        return new MirrorRow(id, label, newStanding, birth);
    }

    MirrorRow with(MirrorLabel newLabel) {
        return new MirrorRow(id, newLabel, standing, birth);
    }

    MirrorRow suspect() {
        Standing s = standing;
        return with(new Standing(s.accepted(), true, s.maxTermNanos(), s.roster()));
    }

    void encode(ByteWriter to) {
        to.u64(id.value()).u64(birth);
        to.uuid(label.cluster().value()).u64(label.volume().value()).text(label.volumeName());
        to.u64(label.volumeBytes()).u64(label.extent().value()).u32(label.extentIndex());
        to.u64(label.extentBlocks());
        to.u64(standing.accepted()).u8(standing.suspect() ? 1 : 0).u64(standing.maxTermNanos());
        Roster roster = standing.roster();
        to.u64(roster.setVersion()).u32(roster.inSync().size());
        roster.inSync().forEach(member -> to.u64(member.value()));
        to.u32(roster.history().size());
        roster.history().forEach(start -> to.u64(start.epoch()).u64(start.firstSeq()));
    }

    static MirrorRow decode(ByteBuffer from) {
        MirrorId id = new MirrorId(from.getLong());
        long birth = from.getLong();
        MirrorLabel label =
                new MirrorLabel(
                        new ClusterId(ByteWriter.uuid(from)),
                        new VolumeId(from.getLong()),
                        ByteWriter.text(from),
                        from.getLong(),
                        new ExtentId(from.getLong()),
                        from.getInt(),
                        from.getLong());
        long accepted = from.getLong();
        boolean suspect = from.get() != 0;
        long maxTermNanos = from.getLong();
        return new MirrorRow(
                id, label, new Standing(accepted, suspect, maxTermNanos, roster(from)), birth);
    }

    private static Roster roster(ByteBuffer from) {
        long setVersion = from.getLong();
        int members = from.getInt();
        List<MirrorId> inSync = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            inSync.add(new MirrorId(from.getLong()));
        }
        int epochs = from.getInt();
        List<EpochStart> history = new ArrayList<>();
        for (int i = 0; i < epochs; i++) {
            history.add(new EpochStart(from.getLong(), from.getLong()));
        }
        return new Roster(setVersion, inSync, history);
    }
}
