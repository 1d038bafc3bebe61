package io.ashlar.dataplane.simulation;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ExtentId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * P5: a client that was told of a write's acknowledgement, and not yet of its flush, when a lossy
 * activation took it, gets an error on a flush before one succeeds.
 */
final class P5LossIsTold implements Watch {

    private static final String NAME = "P5 loss is told";

    /** A write whose acknowledgement the client has seen. */
    private record Unflushed(Client client, ExtentId extent, long number) {}

    private record Asked(Set<Unflushed> covered, long connection) {}

    private final World world;
    private final Set<Unflushed> unflushed = new HashSet<>();
    private final Map<Attempt, Asked> flushes = new HashMap<>();

    /** Who has to be told, and the connection on which it was told, if it was: 0 if not. */
    private final Map<Client, Long> owed = new HashMap<>();

    private long numbers;

    P5LossIsTold(World world) {
        this.world = world;
    }

    @Override
    public void asked(Tenure tenure, Attempt attempt) {
        if (attempt.op() instanceof Op.Flush) {
            flushes.put(attempt, new Asked(Set.copyOf(unflushed), attempt.client().connection()));
        }
    }

    @Override
    public void answered(Tenure tenure, Attempt attempt, Result result) {
        Asked asked = flushes.remove(attempt);
        if (asked == null) {
            return;
        }
        Client client = attempt.client();
        switch (result) {
            case Result.Done _ -> {
                if (owed.getOrDefault(client, asked.connection()) != asked.connection()) {
                    throw new Violation(
                            NAME, client + " lost writes, but " + attempt + " said nothing");
                }
                unflushed.removeAll(asked.covered());
            }
            case Result.Failed(ErrorCode code, String _) when code == ErrorCode.LOST_UNFLUSHED ->
                    owed.computeIfPresent(client, (c, connection) -> asked.connection());
            case Result.Failed _, Result.Seen _ -> {}
        }
    }

    @Override
    public void completed(Client client, Attempt attempt, Result result) {
        if (attempt.op() instanceof Op.Flush
                && result instanceof Result.Failed(ErrorCode code, String _)
                && code == ErrorCode.LOST_UNFLUSHED) {
            owed.remove(client);
        }
        if (attempt.op() instanceof Op.Change change
                && result instanceof Result.Done
                && !change.fua()) {
            int last = change.first() + change.units() - 1;
            for (int unit : new int[] {change.first(), last}) {
                ExtentId extent = world.extents().get(unit / world.setup().extentUnits());
                unflushed.add(new Unflushed(client, extent, numbers++));
            }
        }
    }

    @Override
    public void lost(ExtentId extent) {
        for (Unflushed write : Set.copyOf(unflushed)) {
            if (write.extent().equals(extent)) {
                owed.put(write.client(), 0L);
                unflushed.remove(write);
            }
        }
    }
}
