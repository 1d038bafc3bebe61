package io.ashlar.metadata.model;

import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import java.util.List;
import java.util.Map;

/**
 * Everything the tables say of one volume, read at one point of the log.
 *
 * @param volume its row
 * @param extents its rows of the table mirrors, in order
 * @param locations of every mirror of every extent
 * @param servers those that the locations and the lease name
 */
public record VolumeView(
        VolumeRow volume,
        List<ExtentRow> extents,
        Map<MirrorId, LocationRow> locations,
        Map<ServerId, ServerRow> servers) {

    /** Copies the collections. */
    public VolumeView {
        extents = List.copyOf(extents);
        locations = Map.copyOf(locations);
        servers = Map.copyOf(servers);
    }
}
