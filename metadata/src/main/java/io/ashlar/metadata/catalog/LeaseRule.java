package io.ashlar.metadata.catalog;

import io.ashlar.metadata.event.LeaseBasis;
import io.ashlar.metadata.model.Holder;
import io.ashlar.metadata.model.Lease;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.ServerState;
import io.ashlar.metadata.model.VolumeRow;
import java.util.Optional;

/** When a lease may pass to somebody else. */
final class LeaseRule {

    private LeaseRule() {}

    /** Why the lease can be granted to another holder now; empty if it is held. */
    static Optional<LeaseBasis> basis(TablesView tables, Lease lease) {
        for (LeaseBasis basis :
                new LeaseBasis[] {LeaseBasis.FREE, LeaseBasis.EXPIRED, LeaseBasis.REPLACED}) {
            if (holds(tables, lease, basis)) {
                return Optional.of(basis);
            }
        }
        return Optional.empty();
    }

    /** Whether a basis holds: the comparison that the applier makes again. */
    static boolean holds(TablesView tables, Lease lease, LeaseBasis basis) {
        if (basis == LeaseBasis.FORCED) {
            return true;
        }
        if (lease.holder().isEmpty()) {
            return basis == LeaseBasis.FREE;
        }
        Holder holder = lease.holder().get();
        ServerRow server = tables.servers().get(holder.server()).orElseThrow();
        return switch (basis) {
            case FREE -> false;
            case EXPIRED -> server.state() == ServerState.EXPIRED;
            case REPLACED -> server.nonce() != holder.nonce();
            case FORCED -> true;
        };
    }

    /** Whether a holder is the process that its server registered last. */
    static boolean current(TablesView tables, Holder holder) {
        return tables.servers()
                .get(holder.server())
                .filter(row -> row.nonce() == holder.nonce())
                .isPresent();
    }

    /** Says who holds a volume and where its clients are. */
    static String held(TablesView tables, VolumeRow volume) {
        Holder holder = volume.lease().holder().orElseThrow();
        ServerRow server = tables.servers().get(holder.server()).orElseThrow();
        return "volume '%s' is held by server '%s' (NBD at %s) in epoch %d"
                .formatted(volume.name(), server.id(), server.nbdAddress(), volume.lease().epoch());
    }
}
