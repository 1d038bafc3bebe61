package io.ashlar.metadata.store;

import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.catalog.Table;
import io.ashlar.metadata.catalog.Tables;
import io.ashlar.metadata.codec.RowCodec;
import io.ashlar.metadata.model.ClusterRow;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.Usage;
import io.ashlar.metadata.model.VolumeRow;
import io.ashlar.metadata.proto.Rows;
import java.util.UUID;
import java.util.function.Function;

/** All tables over bytes. */
record StoredTables(Bytes bytes) implements Tables {

    private static final byte[] CLUSTER = Keys.text("cluster");
    private static final Function<byte[], ClusterRow> CLUSTER_ROW =
            Column.parser("cluster", Rows.ClusterRow.parser(), RowCodec::decode);

    @Override
    public Table<VolumeId, VolumeRow> volumes() {
        return new StoredTable<>(Column.VOLUMES, bytes);
    }

    @Override
    public Table<String, VolumeId> names() {
        return new StoredTable<>(Column.NAMES, bytes);
    }

    @Override
    public Table<UUID, VolumeId> requests() {
        return new StoredTable<>(Column.REQUESTS, bytes);
    }

    @Override
    public Table<ExtentId, ExtentRow> extents() {
        return new StoredTable<>(Column.EXTENTS, bytes);
    }

    @Override
    public Table<MirrorId, LocationRow> locations() {
        return new StoredTable<>(Column.LOCATIONS, bytes);
    }

    @Override
    public Table<ServerId, ServerRow> servers() {
        return new StoredTable<>(Column.SERVERS, bytes);
    }

    @Override
    public Table<DeviceId, DeviceRow> devices() {
        return new StoredTable<>(Column.DEVICES, bytes);
    }

    @Override
    public Table<DeviceId, Usage> usage() {
        return new StoredTable<>(Column.USAGE, bytes);
    }

    @Override
    public ClusterRow cluster() {
        return bytes.get(Database.DEFAULT, CLUSTER).map(CLUSTER_ROW).orElse(ClusterRow.UNFORMED);
    }

    @Override
    public void putCluster(ClusterRow row) {
        bytes.put(Database.DEFAULT, CLUSTER, RowCodec.encode(row).toByteArray());
    }
}
