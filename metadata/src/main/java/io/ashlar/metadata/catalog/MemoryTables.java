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
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiConsumer;

/** The tables in sorted maps, for one thread: the simulator, tests, and the model of the store. */
public final class MemoryTables implements Tables {

    // By text: UUID compares signed, the store compares bytes.
    private static final Comparator<UUID> UUIDS = Comparator.comparing(UUID::toString);
    private static final Comparator<DeviceId> DEVICES =
            Comparator.comparing(DeviceId::value, UUIDS);

    private final Table<VolumeId, VolumeRow> volumes = new Sorted<>(new TreeMap<>());
    private final Table<String, VolumeId> names = new Sorted<>(new TreeMap<>());
    private final Table<UUID, VolumeId> requests = new Sorted<>(new TreeMap<>(UUIDS));
    private final Table<ExtentId, ExtentRow> extents = new Sorted<>(new TreeMap<>());
    private final Table<MirrorId, LocationRow> locations = new Sorted<>(new TreeMap<>());
    private final Table<ServerId, ServerRow> servers = new Sorted<>(new TreeMap<>());
    private final Table<DeviceId, DeviceRow> devices = new Sorted<>(new TreeMap<>(DEVICES));
    private final Table<DeviceId, Usage> usage = new Sorted<>(new TreeMap<>(DEVICES));
    private ClusterRow cluster = ClusterRow.UNFORMED;

    /** Makes empty tables of a cluster that is not formed yet. */
    public MemoryTables() {}

    @Override
    public Table<VolumeId, VolumeRow> volumes() {
        return volumes;
    }

    @Override
    public Table<String, VolumeId> names() {
        return names;
    }

    @Override
    public Table<UUID, VolumeId> requests() {
        return requests;
    }

    @Override
    public Table<ExtentId, ExtentRow> extents() {
        return extents;
    }

    @Override
    public Table<MirrorId, LocationRow> locations() {
        return locations;
    }

    @Override
    public Table<ServerId, ServerRow> servers() {
        return servers;
    }

    @Override
    public Table<DeviceId, DeviceRow> devices() {
        return devices;
    }

    @Override
    public Table<DeviceId, Usage> usage() {
        return usage;
    }

    @Override
    public ClusterRow cluster() {
        return cluster;
    }

    @Override
    public void putCluster(ClusterRow row) {
        cluster = row;
    }

    private record Sorted<K, V>(SortedMap<K, V> map) implements Table<K, V> {

        @Override
        public Optional<V> get(K key) {
            return Optional.ofNullable(map.get(key));
        }

        @Override
        public void scan(BiConsumer<? super K, ? super V> visitor) {
            map.forEach(visitor);
        }

        @Override
        public void put(K key, V row) {
            map.put(key, row);
        }

        @Override
        public void remove(K key) {
            map.remove(key);
        }
    }
}
