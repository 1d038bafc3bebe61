package io.ashlar.metadata.catalog;

import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.model.ClusterRow;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.Usage;
import io.ashlar.metadata.model.VolumeRow;
import java.util.UUID;

/** The mapping tables while an event is applied to them. */
public interface Tables extends TablesView {

    @Override
    Table<VolumeId, VolumeRow> volumes();

    @Override
    Table<String, VolumeId> names();

    @Override
    Table<UUID, VolumeId> requests();

    @Override
    Table<ExtentId, ExtentRow> extents();

    @Override
    Table<MirrorId, LocationRow> locations();

    @Override
    Table<ServerId, ServerRow> servers();

    @Override
    Table<DeviceId, DeviceRow> devices();

    @Override
    Table<DeviceId, Usage> usage();

    /** Replaces the cluster's row. */
    void putCluster(ClusterRow row);
}
