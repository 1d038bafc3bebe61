package io.ashlar.metadata.catalog;

import io.ashlar.common.id.MirrorId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.catalog.Outcome.Applied;
import io.ashlar.metadata.event.Event;
import io.ashlar.metadata.event.MemberEvent;
import io.ashlar.metadata.event.MemberEvent.Activated;
import io.ashlar.metadata.event.MemberEvent.LossTold;
import io.ashlar.metadata.event.MemberEvent.MemberAdded;
import io.ashlar.metadata.event.MemberEvent.MemberRemoved;
import io.ashlar.metadata.model.EpochStart;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.VolumeRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Applies changes of in-sync sets (PROTOCOL, "Metadata events"). */
final class MemberChanges {

    private MemberChanges() {}

    static Outcome changed(Tables tables, Event.MembersChanged e) {
        return new Applied(
                new Answer.MembersChanged(
                        e.changes().stream().map(change -> one(tables, change)).toList()));
    }

    private static Answer.MemberResult one(Tables tables, MemberEvent change) {
        Optional<ExtentRow> found = tables.extents().get(change.extent());
        if (found.isEmpty()) {
            return new Answer.MemberResult(false, 0, List.of());
        }
        ExtentRow row = found.get();
        VolumeRow volume = tables.volumes().get(row.volume()).orElseThrow();
        long leaseEpoch = volume.lease().epoch();
        // Epoch 0 was granted to nobody.
        if (leaseEpoch == 0
                || change.epoch() != leaseEpoch
                || change.setVersion() != row.setVersion()) {
            return new Answer.MemberResult(false, leaseEpoch, List.of(row));
        }
        Optional<ExtentRow> next =
                switch (change) {
                    case Activated a -> activated(row, a);
                    case MemberRemoved r -> removed(row, r.mirror());
                    case MemberAdded a -> added(row, a.mirror());
                    case LossTold t -> told(row, t.losses());
                };
        next.ifPresent(n -> tables.extents().put(n.id(), n));
        return new Answer.MemberResult(next.isPresent(), leaseEpoch, List.of(next.orElse(row)));
    }

    private static Optional<ExtentRow> activated(ExtentRow row, Activated a) {
        if (a.keep().isEmpty() || !row.inSync().containsAll(a.keep())) {
            return Optional.empty();
        }
        // Entries at or above the new first seq describe records that were rolled back (H11).
        List<EpochStart> history = new ArrayList<>(row.history());
        history.removeIf(h -> h.firstSeq() >= a.firstSeq());
        // An epoch begins once: beginning it again would reuse its (epoch, seq) pairs (H13).
        if (!history.isEmpty() && history.getLast().epoch() >= a.epoch()) {
            return Optional.empty();
        }
        history.add(new EpochStart(a.epoch(), a.firstSeq()));
        boolean losesWrites = a.lossy() || row.overridden();
        long lossy = row.lossyActivations() + (losesWrites ? 1 : 0);
        return Optional.of(row.withInSync(a.keep()).withHistory(history, lossy));
    }

    private static Optional<ExtentRow> removed(ExtentRow row, MirrorId mirror) {
        if (row.inSync().size() < 2 || !row.inSync().contains(mirror)) {
            return Optional.empty();
        }
        List<MirrorId> members = new ArrayList<>(row.inSync());
        members.remove(mirror);
        return Optional.of(row.withInSync(members));
    }

    private static Optional<ExtentRow> added(ExtentRow row, MirrorId mirror) {
        if (!row.mirrors().contains(mirror) || row.inSync().contains(mirror)) {
            return Optional.empty();
        }
        List<MirrorId> members = new ArrayList<>(row.inSync());
        members.add(mirror);
        return Optional.of(row.withInSync(members));
    }

    private static Optional<ExtentRow> told(ExtentRow row, long losses) {
        return losses > row.lossesTold() && losses <= row.lossyActivations()
                ? Optional.of(row.withLossesTold(losses))
                : Optional.empty();
    }
}
