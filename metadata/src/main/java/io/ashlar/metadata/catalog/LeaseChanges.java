package io.ashlar.metadata.catalog;

import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.catalog.Outcome.Applied;
import io.ashlar.metadata.catalog.Outcome.Stale;
import io.ashlar.metadata.event.Event;
import io.ashlar.metadata.model.Lease;
import io.ashlar.metadata.model.VolumeRow;
import java.util.Optional;

/** Applies grants and releases of leases. */
final class LeaseChanges {

    private LeaseChanges() {}

    static Outcome granted(Tables tables, Event.LeaseGranted e) {
        Optional<VolumeRow> volume = tables.volumes().get(e.volume());
        if (volume.isEmpty()
                || volume.get().lease().epoch() != e.previousEpoch()
                || !LeaseRule.current(tables, e.holder())
                || !LeaseRule.holds(tables, volume.get().lease(), e.basis())) {
            return new Stale("the lease of volume " + e.volume() + " moved on");
        }
        Lease next = new Lease(e.previousEpoch() + 1, Optional.of(e.holder()));
        tables.volumes().put(e.volume(), volume.get().withLease(next));
        return new Applied(
                new Answer.LeaseGranted(
                        next.epoch(), Views.volume(tables, e.volume()).orElseThrow()));
    }

    static Outcome released(Tables tables, Event.LeaseReleased e) {
        Lease held = new Lease(e.epoch(), Optional.of(e.holder()));
        Optional<VolumeRow> volume =
                tables.volumes().get(e.volume()).filter(v -> v.lease().equals(held));
        if (volume.isEmpty()) {
            return new Stale("the lease of volume " + e.volume() + " moved on");
        }
        Lease free = new Lease(e.epoch(), Optional.empty());
        tables.volumes().put(e.volume(), volume.get().withLease(free));
        return new Applied(new Answer.Done());
    }
}
