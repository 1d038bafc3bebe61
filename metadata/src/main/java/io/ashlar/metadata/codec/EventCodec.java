package io.ashlar.metadata.codec;

import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.event.Event;
import io.ashlar.metadata.event.LeaseBasis;
import io.ashlar.metadata.model.Counters;
import io.ashlar.metadata.proto.Events;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/** What the log carries. */
public final class EventCodec {

    private EventCodec() {}

    /** To the bytes of a log entry. */
    public static byte[] toBytes(Event event) {
        return encode(event).toByteArray();
    }

    /**
     * From the bytes of a log entry.
     *
     * @throws io.ashlar.common.error.StorageException {@code CORRUPT}, or {@code WRONG_VERSION} for
     *     an event of a later version
     */
    public static Event fromBytes(ByteBuffer bytes) {
        return Parsing.parse("event", Events.Event.parser(), bytes, EventCodec::decode);
    }

    private static Events.Event encode(Event event) {
        Events.Event.Builder p = Events.Event.newBuilder();
        switch (event) {
            case Event.ClusterFormed e ->
                    p.getClusterFormedBuilder().setCluster(IdCodec.uuid(e.cluster().value()));
            case Event.ServerRegistered e -> p.setServerRegistered(registered(e));
            case Event.DeviceReported e ->
                    p.getDeviceReportedBuilder()
                            .setServer(e.server().name())
                            .setDevice(IdCodec.device(e.device()))
                            .setState(RowCodec.encode(e.state()));
            case Event.ServerExpired e ->
                    p.getServerExpiredBuilder().setServer(e.server().name()).setNonce(e.nonce());
            case Event.ServerReturned e ->
                    p.getServerReturnedBuilder().setServer(e.server().name()).setNonce(e.nonce());
            case Event.VolumeCreated e -> p.setVolumeCreated(created(e));
            case Event.VolumeGrown e -> p.setVolumeGrown(grown(e));
            case Event.VolumeDeleted e ->
                    p.getVolumeDeletedBuilder()
                            .setVolume(e.volume().value())
                            .setLease(IdCodec.lease(e.expected()));
            case Event.LeaseGranted e ->
                    p.getLeaseGrantedBuilder()
                            .setVolume(e.volume().value())
                            .setPreviousEpoch(e.previousEpoch())
                            .setHolder(IdCodec.holder(e.holder()))
                            .setBasis(encode(e.basis()));
            case Event.LeaseReleased e ->
                    p.getLeaseReleasedBuilder()
                            .setVolume(e.volume().value())
                            .setEpoch(e.epoch())
                            .setHolder(IdCodec.holder(e.holder()));
            case Event.MembersChanged e ->
                    p.getMembersChangedBuilder()
                            .addAllChanges(e.changes().stream().map(MemberCodec::encode).toList());
            case Event.MirrorsPlanned e -> p.setMirrorsPlanned(planned(e));
            case Event.Overridden e ->
                    p.getOverriddenBuilder()
                            .setVolume(e.volume().value())
                            .setExtent(e.extent().value())
                            .setLease(IdCodec.lease(e.expected()))
                            .setMade(RowCodec.encode(e.made()));
            case Event.ServerDraining e ->
                    p.getServerDrainingBuilder()
                            .setServer(e.server().name())
                            .setDraining(e.draining());
            case Event.SettingsChanged e -> p.setSettingsChanged(RowCodec.encode(e.settings()));
        }
        return p.build();
    }

    private static Event decode(Events.Event p) {
        return switch (p.getKindCase()) {
            case CLUSTER_FORMED ->
                    new Event.ClusterFormed(IdCodec.cluster(p.getClusterFormed().getCluster()));
            case SERVER_REGISTERED -> registered(p.getServerRegistered());
            case DEVICE_REPORTED ->
                    new Event.DeviceReported(
                            new ServerId(p.getDeviceReported().getServer()),
                            IdCodec.device(p.getDeviceReported().getDevice()),
                            RowCodec.decode(p.getDeviceReported().getState()));
            case SERVER_EXPIRED ->
                    new Event.ServerExpired(
                            new ServerId(p.getServerExpired().getServer()),
                            p.getServerExpired().getNonce());
            case SERVER_RETURNED ->
                    new Event.ServerReturned(
                            new ServerId(p.getServerReturned().getServer()),
                            p.getServerReturned().getNonce());
            case VOLUME_CREATED -> created(p.getVolumeCreated());
            case VOLUME_GROWN -> grown(p.getVolumeGrown());
            case VOLUME_DELETED ->
                    new Event.VolumeDeleted(
                            new VolumeId(p.getVolumeDeleted().getVolume()),
                            IdCodec.lease(p.getVolumeDeleted().getLease()));
            case LEASE_GRANTED ->
                    new Event.LeaseGranted(
                            new VolumeId(p.getLeaseGranted().getVolume()),
                            p.getLeaseGranted().getPreviousEpoch(),
                            IdCodec.holder(p.getLeaseGranted().getHolder()),
                            decode(p.getLeaseGranted().getBasis()));
            case LEASE_RELEASED ->
                    new Event.LeaseReleased(
                            new VolumeId(p.getLeaseReleased().getVolume()),
                            IdCodec.holder(p.getLeaseReleased().getHolder()),
                            p.getLeaseReleased().getEpoch());
            case MEMBERS_CHANGED ->
                    new Event.MembersChanged(
                            p.getMembersChanged().getChangesList().stream()
                                    .map(MemberCodec::decode)
                                    .toList());
            case MIRRORS_PLANNED -> planned(p.getMirrorsPlanned());
            case OVERRIDDEN ->
                    new Event.Overridden(
                            new VolumeId(p.getOverridden().getVolume()),
                            new ExtentId(p.getOverridden().getExtent()),
                            IdCodec.lease(p.getOverridden().getLease()),
                            RowCodec.decode(p.getOverridden().getMade()));
            case SERVER_DRAINING ->
                    new Event.ServerDraining(
                            new ServerId(p.getServerDraining().getServer()),
                            p.getServerDraining().getDraining());
            case SETTINGS_CHANGED ->
                    new Event.SettingsChanged(RowCodec.decode(p.getSettingsChanged()));
            case KIND_NOT_SET -> throw Parsing.unknownKind("event");
        };
    }

    private static Events.ServerRegistered registered(Event.ServerRegistered e) {
        Events.ServerRegistered.Builder p =
                Events.ServerRegistered.newBuilder().setServer(RowCodec.encode(e.server()));
        e.previousNonce().ifPresent(p::setPreviousNonce);
        e.devices().forEach(d -> p.addDevices(RowCodec.encode(d)));
        return p.build();
    }

    private static Event registered(Events.ServerRegistered p) {
        return new Event.ServerRegistered(
                p.hasPreviousNonce() ? OptionalLong.of(p.getPreviousNonce()) : OptionalLong.empty(),
                RowCodec.decode(p.getServer()),
                p.getDevicesList().stream().map(RowCodec::decode).toList());
    }

    private static Events.VolumeCreated created(Event.VolumeCreated e) {
        Events.VolumeCreated.Builder p =
                Events.VolumeCreated.newBuilder()
                        .setRequest(IdCodec.uuid(e.request()))
                        .setNextVolume(e.expected().nextVolume())
                        .setNextExtent(e.expected().nextExtent())
                        .setNextMirror(e.expected().nextMirror())
                        .setVolume(RowCodec.encode(e.volume()));
        e.extents().forEach(x -> p.addExtents(RowCodec.encode(x)));
        e.locations().forEach(l -> p.addLocations(RowCodec.encode(l)));
        return p.build();
    }

    private static Event created(Events.VolumeCreated p) {
        return new Event.VolumeCreated(
                IdCodec.uuid(p.getRequest()),
                new Counters(p.getNextVolume(), p.getNextExtent(), p.getNextMirror()),
                RowCodec.decode(p.getVolume()),
                p.getExtentsList().stream().map(RowCodec::decode).toList(),
                p.getLocationsList().stream().map(RowCodec::decode).toList());
    }

    private static Events.VolumeGrown grown(Event.VolumeGrown e) {
        Events.VolumeGrown.Builder p =
                Events.VolumeGrown.newBuilder()
                        .setVolume(e.volume().value())
                        .setExpectedBytes(e.expectedBytes())
                        .setSizeBytes(e.sizeBytes())
                        .setNextVolume(e.expected().nextVolume())
                        .setNextExtent(e.expected().nextExtent())
                        .setNextMirror(e.expected().nextMirror());
        e.extents().forEach(x -> p.addExtents(RowCodec.encode(x)));
        e.locations().forEach(l -> p.addLocations(RowCodec.encode(l)));
        return p.build();
    }

    private static Event grown(Events.VolumeGrown p) {
        return new Event.VolumeGrown(
                new VolumeId(p.getVolume()),
                p.getExpectedBytes(),
                p.getSizeBytes(),
                new Counters(p.getNextVolume(), p.getNextExtent(), p.getNextMirror()),
                p.getExtentsList().stream().map(RowCodec::decode).toList(),
                p.getLocationsList().stream().map(RowCodec::decode).toList());
    }

    private static Events.MirrorsPlanned planned(Event.MirrorsPlanned e) {
        Events.MirrorsPlanned.Builder p =
                Events.MirrorsPlanned.newBuilder()
                        .setExtent(e.extent().value())
                        .setPlanVersion(e.planVersion())
                        .addAllMirrors(IdCodec.mirrors(e.mirrors()))
                        .addAllRetiring(IdCodec.mirrors(e.retiring()))
                        .setNextVolume(e.expected().nextVolume())
                        .setNextExtent(e.expected().nextExtent())
                        .setNextMirror(e.expected().nextMirror());
        e.added().forEach(l -> p.addAdded(RowCodec.encode(l)));
        return p.build();
    }

    private static Event planned(Events.MirrorsPlanned p) {
        return new Event.MirrorsPlanned(
                new ExtentId(p.getExtent()),
                p.getPlanVersion(),
                IdCodec.mirrorIds(p.getMirrorsList()),
                IdCodec.mirrorIds(p.getRetiringList()),
                new Counters(p.getNextVolume(), p.getNextExtent(), p.getNextMirror()),
                p.getAddedList().stream().map(RowCodec::decode).toList());
    }

    private static Events.LeaseBasis encode(LeaseBasis basis) {
        return switch (basis) {
            case FREE -> Events.LeaseBasis.LEASE_BASIS_FREE;
            case EXPIRED -> Events.LeaseBasis.LEASE_BASIS_EXPIRED;
            case REPLACED -> Events.LeaseBasis.LEASE_BASIS_REPLACED;
            case FORCED -> Events.LeaseBasis.LEASE_BASIS_FORCED;
        };
    }

    private static LeaseBasis decode(Events.LeaseBasis p) {
        return switch (p) {
            case LEASE_BASIS_FREE -> LeaseBasis.FREE;
            case LEASE_BASIS_EXPIRED -> LeaseBasis.EXPIRED;
            case LEASE_BASIS_REPLACED -> LeaseBasis.REPLACED;
            case LEASE_BASIS_FORCED -> LeaseBasis.FORCED;
            case LEASE_BASIS_UNSPECIFIED, UNRECOGNIZED -> throw Parsing.unknownKind("lease basis");
        };
    }
}
