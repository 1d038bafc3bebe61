package io.ashlar.metadata.catalog;

import io.ashlar.common.id.MirrorId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.catalog.Outcome.Applied;
import io.ashlar.metadata.catalog.Outcome.Stale;
import io.ashlar.metadata.event.Event;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.DeviceState;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.Lease;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.OverrideRecord;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.ServerState;
import io.ashlar.metadata.model.VolumeRow;
import java.util.Optional;

/** Applies operators' overrides (PROTOCOL "Overridden"; P6). */
final class Overrides {

    private Overrides() {}

    static Outcome overridden(Tables tables, Event.Overridden e) {
        OverrideRecord made = e.made();
        Optional<VolumeRow> volume =
                tables.volumes().get(e.volume()).filter(v -> v.lease().equals(e.expected()));
        Optional<ExtentRow> extent =
                tables.extents()
                        .get(e.extent())
                        .filter(row -> row.setVersion() == made.setVersion())
                        .filter(row -> row.mirrors().containsAll(made.kept()));
        // One that came back in time may still hold every acknowledged write.
        if (volume.isEmpty()
                || extent.isEmpty()
                || made.abandoned().stream().anyMatch(mirror -> withinReach(tables, mirror))) {
            return new Stale(
                    "the lease, the set or a server of extent " + e.extent() + " moved on");
        }
        Lease next = new Lease(made.epoch(), Optional.empty());
        tables.volumes().put(e.volume(), volume.get().withLease(next));
        tables.extents().put(e.extent(), extent.get().withOverride(made));
        return new Applied(new Answer.Done());
    }

    /** Whether a mirror's server is alive and its device well: the planner's comparison too. */
    static boolean withinReach(TablesView tables, MirrorId mirror) {
        LocationRow at = tables.locations().get(mirror).orElseThrow();
        boolean alive =
                tables.servers()
                        .get(at.server())
                        .map(ServerRow::state)
                        .filter(ServerState.ALIVE::equals)
                        .isPresent();
        return alive
                && tables.devices()
                        .get(at.device())
                        .map(DeviceRow::state)
                        .filter(DeviceState.ONLINE::equals)
                        .isPresent();
    }
}
