package io.ashlar.dataplane.coordinator;

import io.ashlar.dataplane.message.Timing;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.ExtentRow;
import java.time.Duration;
import java.util.Collection;

/**
 * Whom to tell that unflushed writes are gone (P5). A client whose connection broke with the power
 * comes back on a new one, perhaps by way of another coordinator, and nobody can tell it from a new
 * client. So while a loss is untold, every connection's first flush fails; it counts as told, in
 * the extents' rows, when somebody was told and all have had {@link Timing#LOSS_GRACE} to come
 * back. A client may hear of one loss twice, and one that lost nothing may hear of it; none is left
 * in ignorance.
 */
final class LossReport {

    private static final long RETRY = Duration.ofSeconds(5).toNanos();

    private final CoordinatorPort port;
    private boolean untold;
    private boolean told;
    private long servingSince;
    private long recordedAt;

    LossReport(CoordinatorPort port) {
        this.port = port;
    }

    /** The volume is served from now on. */
    void begin(Collection<ExtentRow> rows) {
        untold = rows.stream().anyMatch(ExtentRow::lossUntold);
        servingSince = port.now();
        recordedAt = servingSince;
    }

    Connection connect() {
        return new Connection(untold);
    }

    /** Whether the flush of this connection has to fail. */
    boolean tell(Connection connection) {
        boolean tell = connection.tell();
        told |= tell;
        return tell;
    }

    /** Has it recorded, once it is due, until the rows say so. */
    void tick(Collection<ExtentRow> rows, long epoch) {
        long now = port.now();
        if (!untold
                || !told
                || now - servingSince < Timing.LOSS_GRACE
                || now - recordedAt < RETRY) {
            return;
        }
        recordedAt = now;
        untold = rows.stream().anyMatch(ExtentRow::lossUntold);
        for (ExtentRow row : rows) {
            if (row.lossUntold()) {
                port.propose(
                        new Command.RecordLossTold(
                                row.id(), epoch, row.setVersion(), row.lossyActivations()));
            }
        }
    }
}
