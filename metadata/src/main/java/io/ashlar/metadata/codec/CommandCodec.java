package io.ashlar.metadata.codec;

import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.proto.Requests;
import java.nio.ByteBuffer;
import java.util.Optional;

/** What clients submit. */
public final class CommandCodec {

    private CommandCodec() {}

    /** To bytes. */
    public static byte[] toBytes(Command command) {
        return encode(command).toByteArray();
    }

    /**
     * From bytes.
     *
     * @throws io.ashlar.common.error.StorageException {@code CORRUPT}, or {@code WRONG_VERSION} for
     *     a command of a later version
     */
    public static Command fromBytes(ByteBuffer bytes) {
        return Parsing.parse("command", Requests.Command.parser(), bytes, CommandCodec::decode);
    }

    static Requests.Command encode(Command command) {
        Requests.Command.Builder p = Requests.Command.newBuilder();
        switch (command) {
            case Command.CreateVolume c ->
                    p.getCreateVolumeBuilder()
                            .setRequest(IdCodec.uuid(c.request()))
                            .setName(c.name())
                            .setSizeBytes(c.sizeBytes())
                            .setExtentBytes(c.extentBytes())
                            .setPolicy(IdCodec.policy(c.policy()));
            case Command.GrowVolume c ->
                    p.getGrowVolumeBuilder()
                            .setVolume(c.volume().value())
                            .setSizeBytes(c.sizeBytes());
            case Command.DeleteVolume c ->
                    p.getDeleteVolumeBuilder().setName(c.name()).setForce(c.force());
            case Command.RegisterServer c -> p.setRegisterServer(register(c));
            case Command.ReportDevice c ->
                    p.getReportDeviceBuilder()
                            .setServer(c.server().name())
                            .setDevice(IdCodec.device(c.device()))
                            .setFailed(c.failed());
            case Command.AcquireLease c ->
                    p.getAcquireLeaseBuilder()
                            .setVolume(c.volume().value())
                            .setHolder(IdCodec.holder(c.holder()))
                            .setForce(c.force());
            case Command.ReleaseLease c ->
                    p.getReleaseLeaseBuilder()
                            .setVolume(c.volume().value())
                            .setHolder(IdCodec.holder(c.holder()))
                            .setEpoch(c.epoch());
            case Command.ChangeMembers c -> p.setChangeMembers(changes(c));
            case Command.ExpireServer c ->
                    p.getExpireServerBuilder().setServer(c.server().name()).setNonce(c.nonce());
            case Command.ReturnServer c ->
                    p.getReturnServerBuilder().setServer(c.server().name()).setNonce(c.nonce());
            case Command.OverrideInSync c -> p.setOverrideInSync(override(c));
            case Command.FormCluster c ->
                    p.getFormClusterBuilder().setCluster(IdCodec.uuid(c.cluster().value()));
            case Command.DrainServer c ->
                    p.getDrainServerBuilder()
                            .setServer(c.server().name())
                            .setDraining(c.draining());
            case Command.PlanMirrors c -> p.setPlanMirrors(plan(c));
            case Command.Configure c -> p.setConfigure(RowCodec.encode(c.settings()));
        }
        return p.build();
    }

    static Command decode(Requests.Command p) {
        return switch (p.getKindCase()) {
            case CREATE_VOLUME -> createVolume(p.getCreateVolume());
            case GROW_VOLUME ->
                    new Command.GrowVolume(
                            new VolumeId(p.getGrowVolume().getVolume()),
                            p.getGrowVolume().getSizeBytes());
            case DELETE_VOLUME ->
                    new Command.DeleteVolume(
                            p.getDeleteVolume().getName(), p.getDeleteVolume().getForce());
            case REGISTER_SERVER -> register(p.getRegisterServer());
            case REPORT_DEVICE ->
                    new Command.ReportDevice(
                            new ServerId(p.getReportDevice().getServer()),
                            IdCodec.device(p.getReportDevice().getDevice()),
                            p.getReportDevice().getFailed());
            case ACQUIRE_LEASE ->
                    new Command.AcquireLease(
                            new VolumeId(p.getAcquireLease().getVolume()),
                            IdCodec.holder(p.getAcquireLease().getHolder()),
                            p.getAcquireLease().getForce());
            case RELEASE_LEASE ->
                    new Command.ReleaseLease(
                            new VolumeId(p.getReleaseLease().getVolume()),
                            IdCodec.holder(p.getReleaseLease().getHolder()),
                            p.getReleaseLease().getEpoch());
            case CHANGE_MEMBERS ->
                    new Command.ChangeMembers(
                            p.getChangeMembers().getChangesList().stream()
                                    .map(MemberCodec::decode)
                                    .toList());
            case EXPIRE_SERVER ->
                    new Command.ExpireServer(
                            new ServerId(p.getExpireServer().getServer()),
                            p.getExpireServer().getNonce());
            case RETURN_SERVER ->
                    new Command.ReturnServer(
                            new ServerId(p.getReturnServer().getServer()),
                            p.getReturnServer().getNonce());
            case OVERRIDE_IN_SYNC -> override(p.getOverrideInSync());
            case FORM_CLUSTER ->
                    new Command.FormCluster(IdCodec.cluster(p.getFormCluster().getCluster()));
            case DRAIN_SERVER ->
                    new Command.DrainServer(
                            new ServerId(p.getDrainServer().getServer()),
                            p.getDrainServer().getDraining());
            case PLAN_MIRRORS -> plan(p.getPlanMirrors());
            case CONFIGURE -> new Command.Configure(RowCodec.decode(p.getConfigure()));
            case KIND_NOT_SET -> throw Parsing.unknownKind("command");
        };
    }

    private static Command createVolume(Requests.CreateVolume p) {
        return new Command.CreateVolume(
                IdCodec.uuid(p.getRequest()),
                p.getName(),
                p.getSizeBytes(),
                p.getExtentBytes(),
                IdCodec.policy(p.getPolicy()));
    }

    private static Requests.RegisterServer register(Command.RegisterServer c) {
        Requests.RegisterServer.Builder p =
                Requests.RegisterServer.newBuilder()
                        .setServer(c.server().name())
                        .setIdentity(IdCodec.uuid(c.identity()))
                        .setNonce(c.nonce())
                        .setZone(c.zone())
                        .setPeerAddress(IdCodec.address(c.peerAddress()))
                        .setNbdAddress(IdCodec.address(c.nbdAddress()));
        for (Command.OfferedDevice d : c.devices()) {
            p.addDevicesBuilder()
                    .setId(IdCodec.device(d.id()))
                    .setPath(d.path())
                    .setCapacityBytes(d.capacityBytes());
        }
        return p.build();
    }

    private static Command register(Requests.RegisterServer p) {
        return new Command.RegisterServer(
                new ServerId(p.getServer()),
                IdCodec.uuid(p.getIdentity()),
                p.getNonce(),
                p.getZone(),
                IdCodec.address(p.getPeerAddress()),
                IdCodec.address(p.getNbdAddress()),
                p.getDevicesList().stream()
                        .map(d ->
                                new Command.OfferedDevice(
                                        IdCodec.device(d.getId()),
                                        d.getPath(),
                                        d.getCapacityBytes()))
                        .toList());
    }

    private static Requests.ChangeMembers changes(Command.ChangeMembers c) {
        Requests.ChangeMembers.Builder p = Requests.ChangeMembers.newBuilder();
        c.changes().forEach(change -> p.addChanges(MemberCodec.encode(change)));
        return p.build();
    }

    private static Requests.OverrideInSync override(Command.OverrideInSync c) {
        return Requests.OverrideInSync.newBuilder()
                .setExtent(c.extent().value())
                .setSetVersion(c.setVersion())
                .setMirror(c.mirror().value())
                .setOperator(c.operator())
                .setReason(c.reason())
                .setAtMillis(c.atMillis())
                .build();
    }

    private static Command override(Requests.OverrideInSync p) {
        return new Command.OverrideInSync(
                new ExtentId(p.getExtent()),
                p.getSetVersion(),
                new MirrorId(p.getMirror()),
                p.getOperator(),
                p.getReason(),
                p.getAtMillis());
    }

    private static Requests.PlanMirrors plan(Command.PlanMirrors c) {
        Requests.PlanMirrors.Builder p =
                Requests.PlanMirrors.newBuilder()
                        .setExtent(c.extent().value())
                        .setPlanVersion(c.planVersion())
                        .addAllMirrors(IdCodec.mirrors(c.mirrors()))
                        .addAllRetiring(IdCodec.mirrors(c.retiring()));
        c.addOn().ifPresent(device -> p.setAddOn(IdCodec.device(device)));
        return p.build();
    }

    private static Command plan(Requests.PlanMirrors p) {
        return new Command.PlanMirrors(
                new ExtentId(p.getExtent()),
                p.getPlanVersion(),
                IdCodec.mirrorIds(p.getMirrorsList()),
                IdCodec.mirrorIds(p.getRetiringList()),
                p.hasAddOn() ? Optional.of(IdCodec.device(p.getAddOn())) : Optional.empty());
    }
}
