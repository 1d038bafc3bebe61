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

/** The mapping tables at one point of the log. */
public interface TablesView {

    /** Volume id to its row. */
    TableView<VolumeId, VolumeRow> volumes();

    /** Volume name to its id: an index over {@link #volumes()}. */
    TableView<String, VolumeId> names();

    /** Creation request to the volume it made, deleted ones included: a request acts once. */
    TableView<UUID, VolumeId> requests();

    /** Extent id to its row: the table mirrors. */
    TableView<ExtentId, ExtentRow> extents();

    /** Mirror id to where it is. */
    TableView<MirrorId, LocationRow> locations();

    /** Server id to its row. */
    TableView<ServerId, ServerRow> servers();

    /** Device id to its row. */
    TableView<DeviceId, DeviceRow> devices();

    /** Device id to what is placed there: a sum over {@link #locations()}. */
    TableView<DeviceId, Usage> usage();

    /** The cluster's id and counters. */
    ClusterRow cluster();
}
