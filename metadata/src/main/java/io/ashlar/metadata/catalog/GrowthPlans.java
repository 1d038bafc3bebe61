package io.ashlar.metadata.catalog;

import io.ashlar.common.config.ByteSize;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.MirrorId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.catalog.Plan.Answered;
import io.ashlar.metadata.catalog.Plan.Proposed;
import io.ashlar.metadata.event.Event;
import io.ashlar.metadata.model.Counters;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.Usage;
import io.ashlar.metadata.model.VolumeRow;
import java.util.List;

/** Plans the growth of volumes. */
final class GrowthPlans {

    private GrowthPlans() {}

    static Plan grow(TablesView tables, Command.GrowVolume c) {
        VolumeRow row =
                tables.volumes()
                        .get(c.volume())
                        .orElseThrow(() ->
                                new Refusal(
                                        ErrorCode.NOT_FOUND, "no volume with id " + c.volume()));
        if (c.sizeBytes() == row.sizeBytes()) {
            return new Answered(new Answer.Volume(Views.volume(tables, row.id()).orElseThrow()));
        }
        if (c.sizeBytes() < row.sizeBytes()) {
            throw new Refusal(
                    ErrorCode.INVALID,
                    "volume '%s' has %s: volumes grow, and do not shrink"
                            .formatted(row.name(), new ByteSize(row.sizeBytes())));
        }
        int has = row.extents().size();
        int count = VolumePlans.extents(row.name(), c.sizeBytes(), row.extentBytes());
        Counters next = tables.cluster().next();
        VolumeRow grown = row.grown(c.sizeBytes(), VolumePlans.ids(next, count - has));
        checkRoom(tables, grown, has - 1, grown.extentSize(has - 1) - row.extentSize(has - 1));
        Placed placed =
                count == has
                        ? new Placed(List.of(), List.of())
                        : Placed.from(has, grown, next, Placement.over(tables));
        return new Proposed(
                new Event.VolumeGrown(
                        row.id(),
                        row.sizeBytes(),
                        c.sizeBytes(),
                        next,
                        placed.extents(),
                        placed.locations()));
    }

    /** Whether the mirrors of the extent that grows may have more of the devices they are on. */
    private static void checkRoom(TablesView tables, VolumeRow volume, int index, long more) {
        ExtentRow extent = tables.extents().get(volume.extents().get(index)).orElseThrow();
        for (MirrorId mirror : extent.mirrors()) {
            LocationRow at = tables.locations().get(mirror).orElseThrow();
            DeviceRow device = tables.devices().get(at.device()).orElseThrow();
            Usage usage = tables.usage().get(device.id()).orElse(Usage.NONE);
            if (more > 0 && !Placement.fits(device, usage.bytes() + more)) {
                throw new Refusal(
                        ErrorCode.NO_SPACE,
                        "volume '%s': device %s of server '%s' has no room for %s more (at most %d times its capacity is placed on a device): drain it, or add devices"
                                .formatted(
                                        volume.name(),
                                        device.path(),
                                        at.server(),
                                        new ByteSize(more),
                                        Placement.OVERCOMMIT));
            }
        }
    }
}
