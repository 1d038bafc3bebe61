package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.coordinator.Note;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.store.Standing;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.ExtentRow;
import java.util.List;
import java.util.function.Consumer;

/** All checkers of a run, as one. */
final class Checks implements Watch {

    private List<Watch> all = List.of();

    void watch(World world) {
        Sequenced sequenced = new Sequenced(world);
        all =
                List.of(
                        sequenced,
                        new P1AcknowledgedEverywhere(world, sequenced),
                        new P2OneCoordinator(world),
                        new P4FlushedIsDurable(world, sequenced),
                        new P5LossIsRecorded(world),
                        new P5LossIsTold(world),
                        new P6OnlyMembersServe(world),
                        new MinimumIsKept(world),
                        new MovesKeepRedundancy(world),
                        new P7ResyncIsExact(world),
                        new P8FullIsNotAFailure(world),
                        new PositionsMeanOneContent(world),
                        new MembersAgree(world),
                        new MirrorsIdentical(world));
    }

    private void each(Consumer<Watch> action) {
        for (Watch watch : all) {
            action.accept(watch);
        }
    }

    @Override
    public void granted(VolumeId volume, long epoch) {
        each(w -> w.granted(volume, epoch));
    }

    @Override
    public void changed(Command.MemberChange change, ExtentRow before, ExtentRow after) {
        each(w -> w.changed(change, before, after));
        if (change instanceof Command.Activate activate && activate.lossy()) {
            each(w -> w.lost(after.id()));
        }
    }

    @Override
    public void overridden(ExtentRow row) {
        each(w -> w.overridden(row));
    }

    @Override
    public void sent(Tenure tenure, ServerId server, ToMirror message) {
        each(w -> w.sent(tenure, server, message));
    }

    @Override
    public void noted(Tenure tenure, Note note) {
        each(w -> w.noted(tenure, note));
    }

    @Override
    public void persisted(ModelMirror mirror, Standing next) {
        each(w -> w.persisted(mirror, next));
    }

    @Override
    public void appending(ModelMirror mirror, JournalRecord record) {
        each(w -> w.appending(mirror, record));
    }

    @Override
    public void appended(ModelMirror mirror, JournalRecord record) {
        each(w -> w.appended(mirror, record));
    }

    @Override
    public void dropped(ModelMirror mirror) {
        each(w -> w.dropped(mirror));
    }

    @Override
    public void asked(Attempt attempt) {
        each(w -> w.asked(attempt));
    }

    @Override
    public void served(Tenure tenure) {
        each(w -> w.served(tenure));
    }

    @Override
    public void executed(Tenure tenure, Op.Write write) {
        each(w -> w.executed(tenure, write));
    }

    @Override
    public void flushed(Tenure tenure, long begun) {
        each(w -> w.flushed(tenure, begun));
    }

    @Override
    public void answered(long epoch, Attempt attempt, Result result) {
        each(w -> w.answered(epoch, attempt, result));
    }

    @Override
    public void completed(Client client, Attempt attempt, Result result) {
        each(w -> w.completed(client, attempt, result));
    }

    @Override
    public void lost(ExtentId extent) {
        each(w -> w.lost(extent));
    }

    @Override
    public void sampled() {
        each(Watch::sampled);
    }

    @Override
    public void quiet() {
        each(Watch::quiet);
    }
}
