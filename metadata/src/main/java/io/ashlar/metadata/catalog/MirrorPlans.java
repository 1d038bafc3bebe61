package io.ashlar.metadata.catalog;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.MirrorId;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.catalog.Plan.Proposed;
import io.ashlar.metadata.event.Event;
import io.ashlar.metadata.model.Counters;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.LocationRow;
import java.util.ArrayList;
import java.util.List;

/** Turns what {@link Repairs} wants into events. */
final class MirrorPlans {

    private MirrorPlans() {}

    static Plan plan(TablesView tables, Command.PlanMirrors c) {
        ExtentRow row =
                tables.extents()
                        .get(c.extent())
                        .filter(r -> r.planVersion() == c.planVersion())
                        .orElseThrow(() ->
                                new Refusal(
                                        ErrorCode.CONFLICT,
                                        "extent " + c.extent() + " was planned anew meanwhile"));
        if (!row.mirrors().containsAll(c.mirrors())
                || !c.mirrors().containsAll(row.inSync())
                || !c.mirrors().containsAll(c.retiring())) {
            throw new Refusal(ErrorCode.CONFLICT, c + " does not fit " + row);
        }
        Counters next = tables.cluster().next();
        List<MirrorId> mirrors = new ArrayList<>(c.mirrors());
        List<LocationRow> added = new ArrayList<>();
        c.addOn()
                .ifPresent(id -> {
                    DeviceRow device =
                            tables.devices()
                                    .get(id)
                                    .orElseThrow(() ->
                                            new Refusal(ErrorCode.NOT_FOUND, "no device " + id));
                    MirrorId mirror = new MirrorId(next.nextMirror());
                    mirrors.add(mirror);
                    added.add(new LocationRow(mirror, row.id(), device.server(), id));
                });
        return new Proposed(
                new Event.MirrorsPlanned(
                        c.extent(), c.planVersion(), mirrors, c.retiring(), next, added));
    }
}
