package io.ashlar.metadata.catalog;

import static io.ashlar.metadata.catalog.Plan.Answered;
import static io.ashlar.metadata.catalog.Plan.Proposed;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.event.Event;
import io.ashlar.metadata.event.LeaseBasis;
import io.ashlar.metadata.model.Lease;
import io.ashlar.metadata.model.VolumeRow;
import java.util.Optional;

/** Plans grants and releases of leases (PROTOCOL, LeaseGranted; H13). */
final class LeasePlans {

    private LeasePlans() {}

    static Plan acquire(TablesView tables, Command.AcquireLease c) {
        VolumeRow volume = volume(tables, c.volume());
        // A delayed request of a dead process must not take the volume from its successor.
        ServerPlans.process(tables, c.holder().server(), c.holder().nonce());
        Lease lease = volume.lease();
        if (lease.holder().equals(Optional.of(c.holder()))) {
            return new Answered(
                    new Answer.LeaseGranted(
                            lease.epoch(), Views.volume(tables, c.volume()).orElseThrow()));
        }
        LeaseBasis basis =
                LeaseRule.basis(tables, lease)
                        .or(() -> c.force() ? Optional.of(LeaseBasis.FORCED) : Optional.empty())
                        .orElseThrow(() ->
                                new Refusal(
                                        ErrorCode.HELD,
                                        LeaseRule.held(tables, volume)
                                                + "; attach there, or hand it over"));
        return new Proposed(new Event.LeaseGranted(c.volume(), lease.epoch(), c.holder(), basis));
    }

    static Plan release(TablesView tables, Command.ReleaseLease c) {
        VolumeRow volume = volume(tables, c.volume());
        Lease lease = volume.lease();
        if (lease.equals(new Lease(c.epoch(), Optional.of(c.holder())))) {
            return new Proposed(new Event.LeaseReleased(c.volume(), c.holder(), c.epoch()));
        }
        if (lease.equals(new Lease(c.epoch(), Optional.empty()))) {
            return new Answered(new Answer.Done());
        }
        throw new Refusal(
                ErrorCode.CONFLICT,
                "volume '%s' is not held by this process of server '%s' in epoch %d: its epoch is %d"
                        .formatted(volume.name(), c.holder().server(), c.epoch(), lease.epoch()));
    }

    private static VolumeRow volume(TablesView tables, VolumeId id) {
        return tables.volumes()
                .get(id)
                .orElseThrow(() -> new Refusal(ErrorCode.NOT_FOUND, "no volume with id " + id));
    }
}
