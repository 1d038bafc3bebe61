package io.ashlar.metadata.codec;

import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.event.MemberEvent;
import io.ashlar.metadata.proto.Events;
import io.ashlar.metadata.proto.Requests;

/** Changes of in-sync sets, as proposed and as recorded. */
final class MemberCodec {

    private MemberCodec() {}

    static Events.MemberEvent encode(MemberEvent event) {
        Events.MemberEvent.Builder p =
                Events.MemberEvent.newBuilder()
                        .setExtent(event.extent().value())
                        .setEpoch(event.epoch())
                        .setSetVersion(event.setVersion());
        switch (event) {
            case MemberEvent.Activated a ->
                    p.getActivatedBuilder()
                            .addAllKeep(IdCodec.mirrors(a.keep()))
                            .setFirstSeq(a.firstSeq())
                            .setLossy(a.lossy());
            case MemberEvent.MemberRemoved r -> p.getRemovedBuilder().setMirror(r.mirror().value());
            case MemberEvent.MemberAdded a -> p.getAddedBuilder().setMirror(a.mirror().value());
            case MemberEvent.LossTold t -> p.getLossToldBuilder().setLosses(t.losses());
        }
        return p.build();
    }

    static MemberEvent decode(Events.MemberEvent p) {
        ExtentId extent = new ExtentId(p.getExtent());
        long epoch = p.getEpoch();
        long version = p.getSetVersion();
        return switch (p.getKindCase()) {
            case ACTIVATED ->
                    new MemberEvent.Activated(
                            extent,
                            epoch,
                            version,
                            IdCodec.mirrorIds(p.getActivated().getKeepList()),
                            p.getActivated().getFirstSeq(),
                            p.getActivated().getLossy());
            case REMOVED ->
                    new MemberEvent.MemberRemoved(
                            extent, epoch, version, new MirrorId(p.getRemoved().getMirror()));
            case ADDED ->
                    new MemberEvent.MemberAdded(
                            extent, epoch, version, new MirrorId(p.getAdded().getMirror()));
            case LOSS_TOLD ->
                    new MemberEvent.LossTold(extent, epoch, version, p.getLossTold().getLosses());
            case KIND_NOT_SET -> throw Parsing.unknownKind("member event");
        };
    }

    static Requests.MemberChange encode(Command.MemberChange change) {
        Requests.MemberChange.Builder p =
                Requests.MemberChange.newBuilder()
                        .setExtent(change.extent().value())
                        .setEpoch(change.epoch())
                        .setSetVersion(change.setVersion());
        switch (change) {
            case Command.Activate a ->
                    p.getActivateBuilder()
                            .addAllKeep(IdCodec.mirrors(a.keep()))
                            .setFirstSeq(a.firstSeq())
                            .setLossy(a.lossy());
            case Command.RemoveMember r -> p.getRemoveBuilder().setMirror(r.mirror().value());
            case Command.AddMember a -> p.getAddBuilder().setMirror(a.mirror().value());
            case Command.RecordLossTold t -> p.getLossToldBuilder().setLosses(t.losses());
        }
        return p.build();
    }

    static Command.MemberChange decode(Requests.MemberChange p) {
        ExtentId extent = new ExtentId(p.getExtent());
        long epoch = p.getEpoch();
        long version = p.getSetVersion();
        return switch (p.getKindCase()) {
            case ACTIVATE ->
                    new Command.Activate(
                            extent,
                            epoch,
                            version,
                            IdCodec.mirrorIds(p.getActivate().getKeepList()),
                            p.getActivate().getFirstSeq(),
                            p.getActivate().getLossy());
            case REMOVE ->
                    new Command.RemoveMember(
                            extent, epoch, version, new MirrorId(p.getRemove().getMirror()));
            case ADD ->
                    new Command.AddMember(
                            extent, epoch, version, new MirrorId(p.getAdd().getMirror()));
            case LOSS_TOLD ->
                    new Command.RecordLossTold(extent, epoch, version, p.getLossTold().getLosses());
            case KIND_NOT_SET -> throw Parsing.unknownKind("member change");
        };
    }
}
