package io.ashlar.metadata.store;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.codec.RowCodec;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.Usage;
import io.ashlar.metadata.model.VolumeRow;
import io.ashlar.metadata.proto.Rows;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * A table as bytes: the name of its column family and the codecs of its keys and rows. Keys sort as
 * their values do.
 *
 * @param number its place among the column families of the database, from 1; 0 is "default"
 */
record Column<K, V>(
        int number,
        String name,
        Function<K, byte[]> keyBytes,
        Function<byte[], K> key,
        Function<V, byte[]> rowBytes,
        Function<byte[], V> row) {

    static final Column<VolumeId, VolumeRow> VOLUMES =
            new Column<>(
                    1,
                    "volumes",
                    id -> Keys.number(id.value()),
                    bytes -> new VolumeId(Keys.number(bytes)),
                    row -> RowCodec.encode(row).toByteArray(),
                    parser("volumes", Rows.VolumeRow.parser(), RowCodec::decode));

    static final Column<String, VolumeId> NAMES =
            new Column<>(
                    2,
                    "names",
                    Keys::text,
                    Keys::text,
                    id -> Keys.number(id.value()),
                    bytes -> new VolumeId(Keys.number(bytes)));

    static final Column<UUID, VolumeId> REQUESTS =
            new Column<>(
                    3,
                    "requests",
                    Keys::uuid,
                    Keys::uuid,
                    id -> Keys.number(id.value()),
                    bytes -> new VolumeId(Keys.number(bytes)));

    static final Column<ExtentId, ExtentRow> EXTENTS =
            new Column<>(
                    4,
                    "mirrors",
                    id -> Keys.number(id.value()),
                    bytes -> new ExtentId(Keys.number(bytes)),
                    row -> RowCodec.encode(row).toByteArray(),
                    parser("mirrors", Rows.ExtentRow.parser(), RowCodec::decode));

    static final Column<MirrorId, LocationRow> LOCATIONS =
            new Column<>(
                    5,
                    "locations",
                    id -> Keys.number(id.value()),
                    bytes -> new MirrorId(Keys.number(bytes)),
                    row -> RowCodec.encode(row).toByteArray(),
                    parser("locations", Rows.LocationRow.parser(), RowCodec::decode));

    static final Column<ServerId, ServerRow> SERVERS =
            new Column<>(
                    6,
                    "servers",
                    id -> Keys.text(id.name()),
                    bytes -> new ServerId(Keys.text(bytes)),
                    row -> RowCodec.encode(row).toByteArray(),
                    parser("servers", Rows.ServerRow.parser(), RowCodec::decode));

    static final Column<DeviceId, DeviceRow> DEVICES =
            new Column<>(
                    7,
                    "devices",
                    id -> Keys.uuid(id.value()),
                    bytes -> new DeviceId(Keys.uuid(bytes)),
                    row -> RowCodec.encode(row).toByteArray(),
                    parser("devices", Rows.DeviceRow.parser(), RowCodec::decode));

    static final Column<DeviceId, Usage> USAGE =
            new Column<>(
                    8,
                    "usage",
                    id -> Keys.uuid(id.value()),
                    bytes -> new DeviceId(Keys.uuid(bytes)),
                    row -> RowCodec.encode(row).toByteArray(),
                    parser("usage", Rows.UsageRow.parser(), RowCodec::decode));

    /** In the order of their numbers. */
    static final List<Column<?, ?>> ALL =
            List.of(VOLUMES, NAMES, REQUESTS, EXTENTS, LOCATIONS, SERVERS, DEVICES, USAGE);

    static <P extends MessageLite, T> Function<byte[], T> parser(
            String table, Parser<P> parser, Function<P, T> decode) {
        return bytes -> {
            try {
                return decode.apply(parser.parseFrom(bytes));
            } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
                throw new StorageException(
                        ErrorCode.CORRUPT,
                        "table " + table + " holds a row that cannot be read: " + e.getMessage(),
                        e);
            }
        };
    }
}
