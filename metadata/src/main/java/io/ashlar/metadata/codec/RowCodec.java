package io.ashlar.metadata.codec;

import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.model.ClusterRow;
import io.ashlar.metadata.model.ClusterSettings;
import io.ashlar.metadata.model.Counters;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.DeviceState;
import io.ashlar.metadata.model.EpochStart;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.OverrideRecord;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.ServerState;
import io.ashlar.metadata.model.Usage;
import io.ashlar.metadata.model.VolumeRow;
import io.ashlar.metadata.proto.Rows;
import java.time.Duration;
import java.util.Optional;

/** The rows of the tables. Throws {@link IllegalArgumentException} for what is no row. */
public final class RowCodec {

    private RowCodec() {}

    /** To protobuf. */
    public static Rows.VolumeRow encode(VolumeRow row) {
        Rows.VolumeRow.Builder p =
                Rows.VolumeRow.newBuilder()
                        .setId(row.id().value())
                        .setName(row.name())
                        .setSizeBytes(row.sizeBytes())
                        .setExtentBytes(row.extentBytes())
                        .setPolicy(IdCodec.policy(row.policy()))
                        .setLease(IdCodec.lease(row.lease()))
                        .setGrownIn(row.grownIn());
        row.extents().forEach(e -> p.addExtents(e.value()));
        return p.build();
    }

    /** From protobuf. */
    public static VolumeRow decode(Rows.VolumeRow p) {
        return new VolumeRow(
                new VolumeId(p.getId()),
                p.getName(),
                p.getSizeBytes(),
                p.getExtentBytes(),
                p.getExtentsList().stream().map(ExtentId::new).toList(),
                IdCodec.policy(p.getPolicy()),
                IdCodec.lease(p.getLease()),
                p.getGrownIn());
    }

    /** To protobuf. */
    public static Rows.ExtentRow encode(ExtentRow row) {
        Rows.ExtentRow.Builder p =
                Rows.ExtentRow.newBuilder()
                        .setId(row.id().value())
                        .setVolume(row.volume().value())
                        .setIndex(row.index())
                        .addAllMirrors(IdCodec.mirrors(row.mirrors()))
                        .addAllInSync(IdCodec.mirrors(row.inSync()))
                        .setSetVersion(row.setVersion())
                        .setLossyActivations(row.lossyActivations())
                        .setLossesTold(row.lossesTold())
                        .addAllRetiring(IdCodec.mirrors(row.retiring()))
                        .setPlanVersion(row.planVersion());
        row.history()
                .forEach(h ->
                        p.addHistory(
                                Rows.EpochStart.newBuilder()
                                        .setEpoch(h.epoch())
                                        .setFirstSeq(h.firstSeq())));
        row.overrides().forEach(made -> p.addOverrides(encode(made)));
        return p.build();
    }

    /** From protobuf. */
    public static ExtentRow decode(Rows.ExtentRow p) {
        return new ExtentRow(
                new ExtentId(p.getId()),
                new VolumeId(p.getVolume()),
                p.getIndex(),
                IdCodec.mirrorIds(p.getMirrorsList()),
                IdCodec.mirrorIds(p.getInSyncList()),
                p.getSetVersion(),
                p.getHistoryList().stream()
                        .map(h -> new EpochStart(h.getEpoch(), h.getFirstSeq()))
                        .toList(),
                p.getLossyActivations(),
                p.getLossesTold(),
                IdCodec.mirrorIds(p.getRetiringList()),
                p.getPlanVersion(),
                p.getOverridesList().stream().map(RowCodec::decode).toList());
    }

    static Rows.OverrideRecord encode(OverrideRecord made) {
        return Rows.OverrideRecord.newBuilder()
                .setEpoch(made.epoch())
                .setSetVersion(made.setVersion())
                .addAllKept(IdCodec.mirrors(made.kept()))
                .addAllAbandoned(IdCodec.mirrors(made.abandoned()))
                .setOperator(made.operator())
                .setReason(made.reason())
                .setAtMillis(made.atMillis())
                .build();
    }

    static OverrideRecord decode(Rows.OverrideRecord p) {
        return new OverrideRecord(
                p.getEpoch(),
                p.getSetVersion(),
                IdCodec.mirrorIds(p.getKeptList()),
                IdCodec.mirrorIds(p.getAbandonedList()),
                p.getOperator(),
                p.getReason(),
                p.getAtMillis());
    }

    /** To protobuf. */
    public static Rows.LocationRow encode(LocationRow row) {
        return Rows.LocationRow.newBuilder()
                .setMirror(row.mirror().value())
                .setExtent(row.extent().value())
                .setServer(row.server().name())
                .setDevice(IdCodec.device(row.device()))
                .build();
    }

    /** From protobuf. */
    public static LocationRow decode(Rows.LocationRow p) {
        return new LocationRow(
                new MirrorId(p.getMirror()),
                new ExtentId(p.getExtent()),
                new ServerId(p.getServer()),
                IdCodec.device(p.getDevice()));
    }

    /** To protobuf. */
    public static Rows.ServerRow encode(ServerRow row) {
        return Rows.ServerRow.newBuilder()
                .setId(row.id().name())
                .setIdentity(IdCodec.uuid(row.identity()))
                .setZone(row.zone())
                .setPeerAddress(IdCodec.address(row.peerAddress()))
                .setNbdAddress(IdCodec.address(row.nbdAddress()))
                .setState(
                        switch (row.state()) {
                            case ALIVE -> Rows.ServerState.SERVER_STATE_ALIVE;
                            case EXPIRED -> Rows.ServerState.SERVER_STATE_EXPIRED;
                        })
                .setNonce(row.nonce())
                .setDraining(row.draining())
                .build();
    }

    /** From protobuf. */
    public static ServerRow decode(Rows.ServerRow p) {
        return new ServerRow(
                new ServerId(p.getId()),
                IdCodec.uuid(p.getIdentity()),
                p.getZone(),
                IdCodec.address(p.getPeerAddress()),
                IdCodec.address(p.getNbdAddress()),
                switch (p.getState()) {
                    case SERVER_STATE_ALIVE -> ServerState.ALIVE;
                    case SERVER_STATE_EXPIRED -> ServerState.EXPIRED;
                    case SERVER_STATE_UNSPECIFIED, UNRECOGNIZED ->
                            throw Parsing.unknownKind("server state");
                },
                p.getNonce(),
                p.getDraining());
    }

    /** To protobuf. */
    public static Rows.DeviceRow encode(DeviceRow row) {
        return Rows.DeviceRow.newBuilder()
                .setId(IdCodec.device(row.id()))
                .setServer(row.server().name())
                .setPath(row.path())
                .setCapacityBytes(row.capacityBytes())
                .setState(encode(row.state()))
                .build();
    }

    /** From protobuf. */
    public static DeviceRow decode(Rows.DeviceRow p) {
        return new DeviceRow(
                IdCodec.device(p.getId()),
                new ServerId(p.getServer()),
                p.getPath(),
                p.getCapacityBytes(),
                decode(p.getState()));
    }

    static Rows.DeviceState encode(DeviceState state) {
        return switch (state) {
            case ONLINE -> Rows.DeviceState.DEVICE_STATE_ONLINE;
            case FAILED -> Rows.DeviceState.DEVICE_STATE_FAILED;
        };
    }

    static DeviceState decode(Rows.DeviceState p) {
        return switch (p) {
            case DEVICE_STATE_ONLINE -> DeviceState.ONLINE;
            case DEVICE_STATE_FAILED -> DeviceState.FAILED;
            case DEVICE_STATE_UNSPECIFIED, UNRECOGNIZED ->
                    throw Parsing.unknownKind("device state");
        };
    }

    /** To protobuf. */
    public static Rows.UsageRow encode(Usage row) {
        return Rows.UsageRow.newBuilder().setMirrors(row.mirrors()).setBytes(row.bytes()).build();
    }

    /** From protobuf. */
    public static Usage decode(Rows.UsageRow p) {
        return new Usage(p.getMirrors(), p.getBytes());
    }

    /** To protobuf. */
    public static Rows.ClusterRow encode(ClusterRow row) {
        Rows.ClusterRow.Builder p =
                Rows.ClusterRow.newBuilder()
                        .setNextVolume(row.next().nextVolume())
                        .setNextExtent(row.next().nextExtent())
                        .setNextMirror(row.next().nextMirror());
        row.id().ifPresent(id -> p.setId(IdCodec.uuid(id.value())));
        if (!row.settings().equals(ClusterSettings.DEFAULT)) {
            p.setSettings(encode(row.settings()));
        }
        return p.build();
    }

    /** From protobuf. */
    public static ClusterRow decode(Rows.ClusterRow p) {
        return new ClusterRow(
                p.hasId() ? Optional.of(IdCodec.cluster(p.getId())) : Optional.empty(),
                new Counters(p.getNextVolume(), p.getNextExtent(), p.getNextMirror()),
                decode(p.getSettings()));
    }

    static Rows.Settings encode(ClusterSettings settings) {
        return Rows.Settings.newBuilder()
                .setCopyBytesPerSecond(settings.copyBytesPerSecond())
                .setRepairAfterNanos(settings.repairAfter().toNanos())
                .build();
    }

    static ClusterSettings decode(Rows.Settings p) {
        return new ClusterSettings(
                p.getCopyBytesPerSecond(),
                p.getRepairAfterNanos() == 0
                        ? ClusterSettings.DEFAULT.repairAfter()
                        : Duration.ofNanos(p.getRepairAfterNanos()));
    }
}
