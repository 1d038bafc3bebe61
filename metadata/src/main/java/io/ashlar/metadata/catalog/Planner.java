package io.ashlar.metadata.catalog;

import static io.ashlar.metadata.catalog.Plan.Answered;
import static io.ashlar.metadata.catalog.Plan.Proposed;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.event.Event;

/**
 * Checks a command and turns it into an event, or an answer where nothing is to change. Runs on the
 * leader against what it has applied; the event's preconditions guard against what else is under
 * way. All judgement is here and none in {@link Applier}.
 */
public final class Planner {

    private Planner() {}

    /** Plans a command; reads the tables only. */
    public static Plan plan(TablesView tables, Command command) {
        try {
            return switch (command) {
                case Command.CreateVolume c -> VolumePlans.create(tables, c);
                case Command.GrowVolume c -> GrowthPlans.grow(tables, c);
                case Command.DeleteVolume c -> VolumePlans.delete(tables, c);
                case Command.RegisterServer c -> ServerPlans.register(tables, c);
                case Command.ReportDevice c -> ServerPlans.report(tables, c);
                case Command.ExpireServer c -> ServerPlans.expire(tables, c);
                case Command.ReturnServer c -> ServerPlans.giveBack(tables, c);
                case Command.AcquireLease c -> LeasePlans.acquire(tables, c);
                case Command.ReleaseLease c -> LeasePlans.release(tables, c);
                case Command.ChangeMembers c -> MemberPlans.change(c);
                case Command.OverrideInSync c -> OverridePlans.override(tables, c);
                case Command.FormCluster c -> formCluster(tables, c);
                case Command.DrainServer c -> ServerPlans.drain(tables, c);
                case Command.PlanMirrors c -> MirrorPlans.plan(tables, c);
                case Command.Configure c ->
                        tables.cluster().settings().equals(c.settings())
                                ? new Answered(new Answer.Done())
                                : new Proposed(new Event.SettingsChanged(c.settings()));
            };
        } catch (Refusal refusal) {
            return new Answered(refusal.answer());
        }
    }

    private static Plan formCluster(TablesView tables, Command.FormCluster c) {
        if (tables.cluster().id().isEmpty()) {
            return new Proposed(new Event.ClusterFormed(c.cluster()));
        }
        if (tables.cluster().id().get().equals(c.cluster())) {
            return new Answered(new Answer.Done());
        }
        throw new Refusal(
                ErrorCode.CONFLICT, "the cluster is " + tables.cluster().id().get() + " already");
    }
}
