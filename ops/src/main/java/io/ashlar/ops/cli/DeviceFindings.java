package io.ashlar.ops.cli;

import io.ashlar.common.block.Blocks;
import io.ashlar.dataplane.store.StoredMirror;
import io.ashlar.dataplane.store.log.BadBlock;
import io.ashlar.dataplane.store.log.DeviceReport;
import io.ashlar.metadata.model.EpochStart;
import io.ashlar.ops.report.DeviceInspection;
import io.ashlar.ops.report.VerifyReport;
import java.util.List;

/** What an inspector found, as commands print it. */
final class DeviceFindings {

    private DeviceFindings() {}

    static DeviceInspection of(DeviceReport found) {
        return new DeviceInspection(
                found.device().toString(),
                found.cluster().toString(),
                found.capacityBytes(),
                found.freeBytes(),
                found.clean(),
                found.failed(),
                found.bootId(),
                found.nextRecord(),
                found.syncedThrough(),
                found.mirrors().stream().map(DeviceFindings::of).toList());
    }

    private static DeviceInspection.Mirror of(DeviceReport.MirrorCount count) {
        StoredMirror mirror = count.mirror();
        return new DeviceInspection.Mirror(
                mirror.id().value(),
                mirror.label().volume().value(),
                mirror.label().volumeName(),
                mirror.label().volumeBytes(),
                mirror.label().extent().value(),
                mirror.label().extentIndex(),
                mirror.label().extentBlocks() << Blocks.SHIFT,
                mirror.last().epoch(),
                mirror.last().seq(),
                mirror.standing().accepted(),
                mirror.standing().suspect(),
                mirror.standing().roster().inSync().contains(mirror.id()),
                mirror.standing().roster().setVersion(),
                mirror.standing().roster().inSync().stream().map(m -> m.value()).toList(),
                mirror.standing().roster().history().stream().map(DeviceFindings::of).toList(),
                mirror.stale().size(),
                count.dataBlocks(),
                count.zeroBlocks(),
                count.lostBlocks());
    }

    private static DeviceInspection.Epoch of(EpochStart start) {
        return new DeviceInspection.Epoch(start.epoch(), start.firstSeq());
    }

    static List<VerifyReport.Bad> of(List<BadBlock> bad) {
        return bad.stream()
                .map(b -> new VerifyReport.Bad(b.mirror().value(), b.block(), b.seq()))
                .toList();
    }
}
