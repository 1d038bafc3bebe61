package io.ashlar.metadata.codec;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.model.ClusterSettings;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.VolumeView;
import io.ashlar.metadata.proto.Requests;
import java.time.Duration;
import java.util.Comparator;

/** Answers inside replies. */
final class AnswerCodec {

    private AnswerCodec() {}

    static Requests.Answer encode(Answer answer) {
        Requests.Answer.Builder p = Requests.Answer.newBuilder();
        switch (answer) {
            case Answer.Done() -> p.getDoneBuilder();
            case Answer.Rejected a ->
                    p.getRejectedBuilder().setCode(a.code().number()).setMessage(a.message());
            case Answer.Registered a -> p.setRegistered(IdCodec.uuid(a.cluster().value()));
            case Answer.Volume a -> p.setVolume(encode(a.view()));
            case Answer.LeaseGranted a ->
                    p.getLeaseGrantedBuilder().setEpoch(a.epoch()).setView(encode(a.view()));
            case Answer.MembersChanged a -> p.setMembersChanged(encode(a));
            case Answer.Volumes a ->
                    p.getVolumesBuilder()
                            .addAllVolumes(a.volumes().stream().map(RowCodec::encode).toList());
            case Answer.Servers a -> p.setServers(encode(a));
            case Answer.Heard a ->
                    p.getHeardBuilder()
                            .setRegistered(a.registered())
                            .setSessionTermNanos(a.sessionTerm().toNanos())
                            .addAllHandovers(
                                    a.handovers().stream().map(AnswerCodec::encode).toList())
                            .setCopyBytesPerSecond(a.copyBytesPerSecond());
            case Answer.Handover a -> p.setHandover(encode(a));
            case Answer.MirrorsOn a ->
                    p.getMirrorsOnBuilder()
                            .addAllMirrors(IdCodec.mirrors(a.mirrors()))
                            .setNextMirrorId(a.nextMirrorId());
            case Answer.Status a -> p.setStatus(encode(a));
        }
        return p.build();
    }

    static Answer decode(Requests.Answer p) {
        return switch (p.getKindCase()) {
            case DONE -> new Answer.Done();
            case REJECTED ->
                    new Answer.Rejected(
                            ErrorCode.ofNumber(p.getRejected().getCode()),
                            p.getRejected().getMessage());
            case REGISTERED -> new Answer.Registered(IdCodec.cluster(p.getRegistered()));
            case VOLUME -> new Answer.Volume(decode(p.getVolume()));
            case LEASE_GRANTED ->
                    new Answer.LeaseGranted(
                            p.getLeaseGranted().getEpoch(), decode(p.getLeaseGranted().getView()));
            case MEMBERS_CHANGED -> decode(p.getMembersChanged());
            case VOLUMES ->
                    new Answer.Volumes(
                            p.getVolumes().getVolumesList().stream()
                                    .map(RowCodec::decode)
                                    .toList());
            case SERVERS ->
                    new Answer.Servers(
                            p.getServers().getServersList().stream().map(RowCodec::decode).toList(),
                            p.getServers().getDevicesList().stream().map(RowCodec::decode).toList(),
                            p.getServers().getUsageList().stream().map(RowCodec::decode).toList());
            case HEARD ->
                    new Answer.Heard(
                            p.getHeard().getRegistered(),
                            Duration.ofNanos(p.getHeard().getSessionTermNanos()),
                            p.getHeard().getHandoversList().stream()
                                    .map(AnswerCodec::decode)
                                    .toList(),
                            p.getHeard().getCopyBytesPerSecond());
            case HANDOVER -> decode(p.getHandover());
            case MIRRORS_ON ->
                    new Answer.MirrorsOn(
                            IdCodec.mirrorIds(p.getMirrorsOn().getMirrorsList()),
                            p.getMirrorsOn().getNextMirrorId());
            case STATUS -> decode(p.getStatus());
            case KIND_NOT_SET -> throw Parsing.unknownKind("answer");
        };
    }

    private static Requests.Handover encode(Answer.Handover handover) {
        return Requests.Handover.newBuilder()
                .setVolume(handover.volume().value())
                .setEpoch(handover.epoch())
                .setFrom(handover.from().name())
                .setTo(handover.to().name())
                .build();
    }

    private static Answer.Handover decode(Requests.Handover p) {
        return new Answer.Handover(
                new VolumeId(p.getVolume()),
                p.getEpoch(),
                new ServerId(p.getFrom()),
                new ServerId(p.getTo()));
    }

    private static Requests.VolumeView encode(VolumeView view) {
        Requests.VolumeView.Builder p =
                Requests.VolumeView.newBuilder().setVolume(RowCodec.encode(view.volume()));
        view.extents().forEach(e -> p.addExtents(RowCodec.encode(e)));
        view.locations().values().stream()
                .sorted(Comparator.comparing(LocationRow::mirror))
                .forEach(l -> p.addLocations(RowCodec.encode(l)));
        view.servers().values().stream()
                .sorted(Comparator.comparing(ServerRow::id))
                .forEach(s -> p.addServers(RowCodec.encode(s)));
        return p.build();
    }

    private static VolumeView decode(Requests.VolumeView p) {
        return new VolumeView(
                RowCodec.decode(p.getVolume()),
                p.getExtentsList().stream().map(RowCodec::decode).toList(),
                p.getLocationsList().stream()
                        .map(RowCodec::decode)
                        .collect(toMap(LocationRow::mirror, identity())),
                p.getServersList().stream()
                        .map(RowCodec::decode)
                        .collect(toMap(ServerRow::id, identity())));
    }

    private static Requests.MemberResults encode(Answer.MembersChanged answer) {
        Requests.MemberResults.Builder p = Requests.MemberResults.newBuilder();
        for (Answer.MemberResult result : answer.results()) {
            Requests.MemberResult.Builder r =
                    p.addResultsBuilder()
                            .setApplied(result.applied())
                            .setLeaseEpoch(result.leaseEpoch());
            result.row().forEach(row -> r.addRow(RowCodec.encode(row)));
        }
        return p.build();
    }

    private static Answer decode(Requests.MemberResults p) {
        return new Answer.MembersChanged(
                p.getResultsList().stream()
                        .map(r ->
                                new Answer.MemberResult(
                                        r.getApplied(),
                                        r.getLeaseEpoch(),
                                        r.getRowList().stream().map(RowCodec::decode).toList()))
                        .toList());
    }

    private static Requests.Servers encode(Answer.Servers answer) {
        Requests.Servers.Builder p = Requests.Servers.newBuilder();
        answer.servers().forEach(s -> p.addServers(RowCodec.encode(s)));
        answer.devices().forEach(d -> p.addDevices(RowCodec.encode(d)));
        answer.usage().forEach(u -> p.addUsage(RowCodec.encode(u)));
        return p.build();
    }

    private static Requests.Status encode(Answer.Status answer) {
        Requests.Status.Builder p =
                Requests.Status.newBuilder()
                        .setCluster(IdCodec.uuid(answer.cluster().value()))
                        .addAllPeers(answer.peers())
                        .setLeader(answer.leader())
                        .setAppliedIndex(answer.appliedIndex())
                        .setVolumes(answer.volumes())
                        .setServers(answer.servers())
                        .setServersAlive(answer.serversAlive())
                        .setExtentsBelowPolicy(answer.extentsBelowPolicy())
                        .setExtentsMoving(answer.extentsMoving());
        if (!answer.settings().equals(ClusterSettings.DEFAULT)) {
            p.setSettings(RowCodec.encode(answer.settings()));
        }
        return p.build();
    }

    private static Answer decode(Requests.Status p) {
        return new Answer.Status(
                IdCodec.cluster(p.getCluster()),
                p.getPeersList(),
                p.getLeader(),
                p.getAppliedIndex(),
                p.getVolumes(),
                p.getServers(),
                p.getServersAlive(),
                p.getExtentsBelowPolicy(),
                p.getExtentsMoving(),
                RowCodec.decode(p.getSettings()));
    }
}
