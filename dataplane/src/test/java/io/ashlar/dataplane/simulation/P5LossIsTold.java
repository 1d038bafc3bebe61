package io.ashlar.dataplane.simulation;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ExtentId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * P5: a client that was told of a write's acknowledgement, and not yet of its flush, when a lossy
 * activation took it, gets an error on a flush before one succeeds.
 */
final class P5LossIsTold implements Watch {

    private static final String NAME = "P5 loss is told";

    /** A write whose acknowledgement the client has seen, and when that was. */
    private record Unflushed(Client client, ExtentId extent, long at) {}

    /** A client's flush, and on which of its connections it was asked. */
    private record Asked(long connection, long at) {}

    /** A coordinator's flush. */
    private record Flushed(Volume volume, long begun, long done) {}

    /**
     * What a client has to be told of.
     *
     * @param at when it was lost
     * @param toldOn the connection on which it was told; 0 before
     */
    private record Owed(long at, long toldOn) {}

    private final World world;
    private final Set<Unflushed> unflushed = new HashSet<>();
    private final List<Flushed> flushed = new ArrayList<>();
    private final Map<Attempt, Asked> flushes = new HashMap<>();
    private final Map<Client, Owed> owed = new HashMap<>();

    P5LossIsTold(World world) {
        this.world = world;
    }

    @Override
    public void asked(Attempt attempt) {
        if (attempt.op() instanceof Op.Flush) {
            flushes.put(attempt, new Asked(attempt.client().connection(), world.history().tick()));
        }
    }

    @Override
    public void flushed(Tenure tenure, long begun) {
        flushed.add(new Flushed(tenure.volume(), begun, world.history().tick()));
        unflushed.removeIf(
                write -> write.at() < begun && tenure.volume().extents().contains(write.extent()));
    }

    @Override
    public void answered(long epoch, Attempt attempt, Result result) {
        Asked asked = flushes.remove(attempt);
        if (asked == null) {
            return;
        }
        Client client = attempt.client();
        switch (result) {
            case Result.Done _ -> {
                Owed loss = owed.getOrDefault(client, new Owed(0, asked.connection()));
                if (loss.toldOn() != asked.connection() && !doneBefore(loss, client, asked)) {
                    throw new Violation(
                            NAME, client + " lost writes, but " + attempt + " said nothing");
                }
            }
            case Result.Failed(ErrorCode code, String _) when code == ErrorCode.LOST_UNFLUSHED ->
                    owed.computeIfPresent(
                            client, (c, loss) -> new Owed(loss.at(), asked.connection()));
            case Result.Failed _, Result.Seen _ -> {}
        }
    }

    /** Whether the flush may have been done before the loss, and its answer have taken its time. */
    private boolean doneBefore(Owed loss, Client client, Asked asked) {
        return flushed.stream()
                .anyMatch(f ->
                        f.volume().equals(client.volume())
                                && f.begun() > asked.at()
                                && f.done() < loss.at());
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
                unflushed.add(new Unflushed(client, extent, world.history().tick()));
            }
        }
    }

    @Override
    public void lost(ExtentId extent) {
        for (Unflushed write : Set.copyOf(unflushed)) {
            if (write.extent().equals(extent)) {
                owed.put(write.client(), new Owed(world.history().tick(), 0));
                unflushed.remove(write);
            }
        }
    }
}
