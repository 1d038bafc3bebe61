package io.ashlar.metadata.catalog;

import io.ashlar.common.id.MirrorId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.catalog.Outcome.Applied;
import io.ashlar.metadata.catalog.Outcome.Stale;
import io.ashlar.metadata.event.Event;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.Usage;
import io.ashlar.metadata.model.VolumeRow;
import java.util.Optional;

/** Applies plans of where an extent's mirrors are (PROTOCOL, "MirrorsPlanned"). */
final class MirrorChanges {

    private MirrorChanges() {}

    static Outcome planned(Tables tables, Event.MirrorsPlanned e) {
        Optional<ExtentRow> found =
                tables.extents().get(e.extent()).filter(r -> r.planVersion() == e.planVersion());
        // A member is never dropped: it may be the last that holds an acknowledged write (P6).
        if (found.isEmpty()
                || !e.mirrors().containsAll(found.get().inSync())
                || (!e.added().isEmpty() && !tables.cluster().next().equals(e.expected()))) {
            return new Stale("extent " + e.extent() + " or the counters moved on");
        }
        ExtentRow row = found.get();
        VolumeRow volume = tables.volumes().get(row.volume()).orElseThrow();
        long bytes = volume.extentSize(row.index());
        for (MirrorId mirror : row.mirrors()) {
            if (!e.mirrors().contains(mirror)) {
                LocationRow gone = tables.locations().get(mirror).orElseThrow();
                Usage usage = tables.usage().get(gone.device()).orElseThrow();
                tables.usage().put(gone.device(), usage.minus(bytes));
                tables.locations().remove(mirror);
            }
        }
        for (LocationRow location : e.added()) {
            tables.locations().put(location.mirror(), location);
            Usage usage = tables.usage().get(location.device()).orElse(Usage.NONE);
            tables.usage().put(location.device(), usage.plus(bytes));
        }
        if (!e.added().isEmpty()) {
            tables.putCluster(tables.cluster().withNext(e.expected().after(e.added().size())));
        }
        tables.extents()
                .put(row.id(), row.withPlan(e.mirrors(), e.retiring(), row.planVersion() + 1));
        return new Applied(new Answer.Done());
    }
}
