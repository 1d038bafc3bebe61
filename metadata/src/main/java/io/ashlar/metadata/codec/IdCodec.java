package io.ashlar.metadata.codec;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.metadata.model.Holder;
import io.ashlar.metadata.model.Lease;
import io.ashlar.metadata.model.VolumePolicy;
import io.ashlar.metadata.proto.Rows;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The small values that rows, events and requests share. */
final class IdCodec {

    private IdCodec() {}

    static Rows.Uuid uuid(UUID value) {
        return Rows.Uuid.newBuilder()
                .setHigh(value.getMostSignificantBits())
                .setLow(value.getLeastSignificantBits())
                .build();
    }

    static UUID uuid(Rows.Uuid p) {
        return new UUID(p.getHigh(), p.getLow());
    }

    static Rows.Uuid device(DeviceId id) {
        return uuid(id.value());
    }

    static DeviceId device(Rows.Uuid p) {
        return new DeviceId(uuid(p));
    }

    static ClusterId cluster(Rows.Uuid p) {
        return new ClusterId(uuid(p));
    }

    static List<Long> mirrors(List<MirrorId> ids) {
        return ids.stream().map(MirrorId::value).toList();
    }

    static List<MirrorId> mirrorIds(List<Long> values) {
        return values.stream().map(MirrorId::new).toList();
    }

    static Rows.Address address(HostPort value) {
        return Rows.Address.newBuilder().setHost(value.host()).setPort(value.port()).build();
    }

    static HostPort address(Rows.Address p) {
        return new HostPort(p.getHost(), p.getPort());
    }

    static Rows.Holder holder(Holder value) {
        return Rows.Holder.newBuilder()
                .setServer(value.server().name())
                .setNonce(value.nonce())
                .build();
    }

    static Holder holder(Rows.Holder p) {
        return new Holder(new ServerId(p.getServer()), p.getNonce());
    }

    static Rows.Lease lease(Lease value) {
        Rows.Lease.Builder p = Rows.Lease.newBuilder().setEpoch(value.epoch());
        value.holder().ifPresent(h -> p.setHolder(holder(h)));
        return p.build();
    }

    static Lease lease(Rows.Lease p) {
        return new Lease(
                p.getEpoch(),
                p.hasHolder() ? Optional.of(holder(p.getHolder())) : Optional.empty());
    }

    static Rows.Policy policy(VolumePolicy value) {
        return Rows.Policy.newBuilder()
                .setMirrors(value.mirrors())
                .setMinInSync(value.minInSync())
                .build();
    }

    static VolumePolicy policy(Rows.Policy p) {
        return new VolumePolicy(p.getMirrors(), p.getMinInSync());
    }
}
