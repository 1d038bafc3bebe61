package io.ashlar.metadata.catalog;

import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.VolumeRow;
import io.ashlar.metadata.model.VolumeView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gathers what the tables say of one volume. */
final class Views {

    private Views() {}

    static Optional<VolumeView> volume(TablesView tables, VolumeId id) {
        return tables.volumes().get(id).map(row -> of(tables, row));
    }

    private static VolumeView of(TablesView tables, VolumeRow volume) {
        List<ExtentRow> extents = new ArrayList<>(volume.extents().size());
        Map<MirrorId, LocationRow> locations = new HashMap<>();
        Map<ServerId, ServerRow> servers = new HashMap<>();
        for (ExtentId id : volume.extents()) {
            ExtentRow extent = tables.extents().get(id).orElseThrow();
            extents.add(extent);
            for (MirrorId mirror : extent.mirrors()) {
                LocationRow location = tables.locations().get(mirror).orElseThrow();
                locations.put(mirror, location);
                servers.computeIfAbsent(location.server(), s -> server(tables, s));
            }
        }
        volume.lease()
                .holder()
                .ifPresent(h -> servers.computeIfAbsent(h.server(), s -> server(tables, s)));
        return new VolumeView(volume, extents, locations, servers);
    }

    private static ServerRow server(TablesView tables, ServerId id) {
        return tables.servers().get(id).orElseThrow();
    }
}
