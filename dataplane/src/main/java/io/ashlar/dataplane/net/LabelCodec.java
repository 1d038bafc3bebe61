package io.ashlar.dataplane.net;

import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.store.MirrorLabel;
import io.ashlar.dataplane.store.Roster;
import io.ashlar.metadata.model.EpochStart;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What a mirror is told about itself: labels and rosters. */
final class LabelCodec {

    static final int MAX_NAME_BYTES = 1024;

    private LabelCodec() {}

    static void put(FrameWriter out, MirrorLabel label) {
        putUuid(out, label.cluster().value());
        out.i64(label.volume().value())
                .i64(label.volumeBytes())
                .i64(label.extent().value())
                .i64(label.extentBlocks())
                .i32(label.extentIndex())
                .text(label.volumeName(), MAX_NAME_BYTES);
    }

    static MirrorLabel take(BodyReader body) {
        ClusterId cluster = new ClusterId(takeUuid(body));
        VolumeId volume = new VolumeId(body.i64());
        long volumeBytes = body.i64();
        ExtentId extent = new ExtentId(body.i64());
        long extentBlocks = body.i64();
        int extentIndex = body.i32();
        return new MirrorLabel(
                cluster, volume, body.text(), volumeBytes, extent, extentIndex, extentBlocks);
    }

    static void putUuid(FrameWriter out, UUID uuid) {
        out.i64(uuid.getMostSignificantBits()).i64(uuid.getLeastSignificantBits());
    }

    static UUID takeUuid(BodyReader body) {
        return new UUID(body.i64(), body.i64());
    }

    static void put(FrameWriter out, Roster roster) {
        out.i64(roster.setVersion()).i32(roster.inSync().size());
        for (MirrorId mirror : roster.inSync()) {
            out.i64(mirror.value());
        }
        out.i32(roster.history().size());
        for (EpochStart start : roster.history()) {
            out.i64(start.epoch()).i64(start.firstSeq());
        }
    }

    static Roster takeRoster(BodyReader body) {
        long setVersion = body.i64();
        List<MirrorId> inSync = new ArrayList<>();
        for (long mirror : body.i64s(body.i32())) {
            inSync.add(new MirrorId(mirror));
        }
        int starts = body.count(2 * Long.BYTES);
        List<EpochStart> history = new ArrayList<>(starts);
        for (int i = 0; i < starts; i++) {
            history.add(new EpochStart(body.i64(), body.i64()));
        }
        return new Roster(setVersion, inSync, history);
    }
}
