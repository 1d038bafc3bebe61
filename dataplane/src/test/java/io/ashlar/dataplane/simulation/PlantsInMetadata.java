package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.MirrorId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.EpochStart;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.VolumePolicy;
import io.ashlar.metadata.model.VolumeRow;
import io.ashlar.metadata.model.VolumeView;
import java.util.ArrayList;
import java.util.List;

/** Bugs of the metadata group, and of what a coordinator makes of its answers. */
final class PlantsInMetadata {

    private PlantsInMetadata() {}

    /** A removal counts as done when it is proposed. */
    static final class AssumedRemoval implements Plant {
        @Override
        public void propose(Tenure from, Command.MemberChange change, Errand errand) {
            errand.begin();
            if (change instanceof Command.RemoveMember remove) {
                ExtentRow row = known(from, change);
                List<MirrorId> left = new ArrayList<>(row.inSync());
                left.remove(remove.mirror());
                Answer.MemberResult assumed =
                        new Answer.MemberResult(
                                true, change.epoch(), List.of(row.withInSync(left)));
                from.life().after(0, () -> from.changed(change, assumed));
            }
        }
    }

    /** What the coordinator knows of an extent. */
    private static ExtentRow known(Tenure tenure, Command.MemberChange change) {
        return tenure.coordinator().status().stream()
                .map(status -> status.row())
                .filter(row -> row.id().equals(change.extent()))
                .findFirst()
                .orElseThrow();
    }

    /** An addition without an answer counts as refused after a while; it may yet arrive. */
    static final class NoAnswerIsNo implements Plant {
        @Override
        public void propose(Tenure from, Command.MemberChange change, Errand errand) {
            errand.begin();
            if (change instanceof Command.AddMember) {
                from.life()
                        .after(
                                Nanos.millis(30),
                                () -> {
                                    if (!errand.done()) {
                                        errand.abandon();
                                        from.changed(
                                                change,
                                                new Answer.MemberResult(
                                                        false,
                                                        change.epoch(),
                                                        List.of(known(from, change))));
                                    }
                                });
            }
        }
    }

    /** Proposals apply whatever lease and version they were made under. */
    static final class AnyProposal implements Plant {
        @Override
        public Command.ChangeMembers arrived(MetadataGroup at, Command.ChangeMembers members) {
            return new Command.ChangeMembers(
                    members.changes().stream().map(change -> renewed(at, change)).toList());
        }

        private static Command.MemberChange renewed(MetadataGroup at, Command.MemberChange change) {
            ExtentRow row = at.tables().extents().get(change.extent()).orElseThrow();
            long epoch = at.tables().volumes().get(row.volume()).orElseThrow().lease().epoch();
            if (change.epoch() == epoch) {
                return change;
            }
            long version = row.setVersion();
            return switch (change) {
                case Command.Activate a ->
                        new Command.Activate(
                                a.extent(), epoch, version, a.keep(), a.firstSeq(), a.lossy());
                case Command.RemoveMember r ->
                        new Command.RemoveMember(r.extent(), epoch, version, r.mirror());
                case Command.AddMember m ->
                        new Command.AddMember(m.extent(), epoch, version, m.mirror());
                case Command.RecordLossTold t ->
                        new Command.RecordLossTold(t.extent(), epoch, version, t.losses());
            };
        }
    }

    /** A bug in what the metadata group says of an extent. */
    abstract static class OtherRows implements Plant {

        abstract ExtentRow other(ExtentRow row);

        @Override
        public Answer answer(Command command, Answer answer) {
            return switch (answer) {
                case Answer.LeaseGranted granted ->
                        new Answer.LeaseGranted(granted.epoch(), granted(granted.view()));
                case Answer.MembersChanged changed ->
                        new Answer.MembersChanged(
                                changed.results().stream()
                                        .map(r ->
                                                new Answer.MemberResult(
                                                        r.applied(),
                                                        r.leaseEpoch(),
                                                        r.row().stream().map(this::other).toList()))
                                        .toList());
                default -> answer;
            };
        }

        VolumeView granted(VolumeView v) {
            return new VolumeView(
                    v.volume(),
                    v.extents().stream().map(this::other).toList(),
                    v.locations(),
                    v.servers());
        }
    }

    static final class NoHistory extends OtherRows {
        @Override
        ExtentRow other(ExtentRow row) {
            List<EpochStart> history = row.history();
            int from = Math.max(0, history.size() - 1);
            return row.withHistory(history.subList(from, history.size()), row.lossyActivations());
        }
    }

    /** Only the epoch that began with a loss knows of it. */
    static final class NoLoss extends OtherRows {

        private long lossyBefore;

        @Override
        VolumeView granted(VolumeView v) {
            lossyBefore = v.extents().stream().mapToLong(ExtentRow::lossyActivations).sum();
            return super.granted(v);
        }

        @Override
        ExtentRow other(ExtentRow row) {
            return row.lossyActivations() > lossyBefore ? row : row.withHistory(row.history(), 0);
        }
    }

    /** The same volume under another policy. */
    static VolumeView with(VolumeView v, VolumePolicy policy) {
        VolumeRow row = v.volume();
        VolumeRow other =
                new VolumeRow(
                        row.id(),
                        row.name(),
                        row.sizeBytes(),
                        row.extentBytes(),
                        row.extents(),
                        policy,
                        row.lease());
        return new VolumeView(other, v.extents(), v.locations(), v.servers());
    }

    static final class NoMinimum extends OtherRows {
        @Override
        VolumeView granted(VolumeView v) {
            return with(v, new VolumePolicy(v.volume().policy().mirrors(), 1));
        }

        @Override
        ExtentRow other(ExtentRow row) {
            return row;
        }
    }

    static final class SameNonce implements Plant {
        @Override
        public long nonce(Server server, long drawn) {
            return 7_000L + server.number();
        }
    }
}
