package io.ashlar.metadata.catalog;

import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.catalog.Outcome.Applied;
import io.ashlar.metadata.catalog.Outcome.Stale;
import io.ashlar.metadata.event.Event;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.Usage;
import io.ashlar.metadata.model.VolumeRow;
import java.util.List;
import java.util.Optional;

/** Applies the making, growth and ending of volumes. */
final class VolumeChanges {

    private VolumeChanges() {}

    static Outcome created(Tables tables, Event.VolumeCreated e) {
        VolumeRow volume = e.volume();
        if (!tables.cluster().next().equals(e.expected())) {
            return new Stale("the counters moved on to " + tables.cluster().next());
        }
        if (tables.names().get(volume.name()).isPresent()
                || tables.requests().get(e.request()).isPresent()) {
            return new Stale("volume '" + volume.name() + "' was made meanwhile");
        }
        tables.putCluster(
                tables.cluster()
                        .withNext(e.expected().after(e.extents().size(), e.locations().size())));
        tables.requests().put(e.request(), volume.id());
        tables.names().put(volume.name(), volume.id());
        tables.volumes().put(volume.id(), volume);
        put(tables, volume, e.extents(), e.locations());
        return new Applied(new Answer.Volume(Views.volume(tables, volume.id()).orElseThrow()));
    }

    private static void put(
            Tables tables, VolumeRow volume, List<ExtentRow> extents, List<LocationRow> locations) {
        extents.forEach(extent -> tables.extents().put(extent.id(), extent));
        for (LocationRow location : locations) {
            tables.locations().put(location.mirror(), location);
            DeviceId device = location.device();
            ExtentRow extent = tables.extents().get(location.extent()).orElseThrow();
            Usage usage = tables.usage().get(device).orElse(Usage.NONE);
            tables.usage().put(device, usage.plus(volume.extentSize(extent.index())));
        }
    }

    static Outcome grown(Tables tables, Event.VolumeGrown e) {
        Optional<VolumeRow> row =
                tables.volumes().get(e.volume()).filter(v -> v.sizeBytes() == e.expectedBytes());
        if (row.isEmpty() || !tables.cluster().next().equals(e.expected())) {
            return new Stale(
                    "volume " + e.volume() + " is gone or has grown, or the counters moved on");
        }
        VolumeRow before = row.get();
        VolumeRow volume =
                before.grown(e.sizeBytes(), e.extents().stream().map(ExtentRow::id).toList());
        int last = before.extents().size() - 1;
        long more = volume.extentSize(last) - before.extentSize(last);
        for (MirrorId mirror :
                tables.extents().get(before.extents().get(last)).orElseThrow().mirrors()) {
            DeviceId device = tables.locations().get(mirror).orElseThrow().device();
            tables.usage().put(device, tables.usage().get(device).orElseThrow().grown(more));
        }
        tables.putCluster(
                tables.cluster()
                        .withNext(e.expected().after(e.extents().size(), e.locations().size())));
        tables.volumes().put(volume.id(), volume);
        put(tables, volume, e.extents(), e.locations());
        return new Applied(new Answer.Volume(Views.volume(tables, volume.id()).orElseThrow()));
    }

    static Outcome deleted(Tables tables, Event.VolumeDeleted e) {
        Optional<VolumeRow> row =
                tables.volumes().get(e.volume()).filter(v -> v.lease().equals(e.expected()));
        if (row.isEmpty()) {
            return new Stale("volume " + e.volume() + " is gone or was granted meanwhile");
        }
        VolumeRow volume = row.get();
        for (ExtentId id : volume.extents()) {
            ExtentRow extent = tables.extents().get(id).orElseThrow();
            for (MirrorId mirror : extent.mirrors()) {
                LocationRow location = tables.locations().get(mirror).orElseThrow();
                Usage usage = tables.usage().get(location.device()).orElseThrow();
                tables.usage()
                        .put(location.device(), usage.minus(volume.extentSize(extent.index())));
                tables.locations().remove(mirror);
            }
            tables.extents().remove(id);
        }
        tables.names().remove(volume.name());
        tables.volumes().remove(volume.id());
        return new Applied(new Answer.Done());
    }
}
