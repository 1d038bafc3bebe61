package io.ashlar.metadata.catalog;

import io.ashlar.common.id.ClusterId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.MetadataClient;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.event.Event;
import java.time.Duration;
import java.util.List;

/**
 * A metadata group of one, in memory and without a log: the same planning and applying as behind
 * Raft, for one thread. Sessions are the caller's: it submits {@link Command.ExpireServer} and
 * {@link Command.ReturnServer} when its time says so (see {@link Sessions}).
 */
public final class Catalog implements MetadataClient {

    private final MemoryTables tables = new MemoryTables();
    private final Duration sessionTerm;
    private long applied;

    /** Forms a cluster with a session term of two seconds. */
    public Catalog(ClusterId cluster) {
        this(cluster, Duration.ofSeconds(2));
    }

    /** Forms a cluster. */
    public Catalog(ClusterId cluster, Duration sessionTerm) {
        this.sessionTerm = sessionTerm;
        apply(new Event.ClusterFormed(cluster));
    }

    @Override
    public Answer submit(Command command) {
        return switch (Planner.plan(tables, command)) {
            case Plan.Answered(Answer answer) -> answer;
            case Plan.Proposed(Event event) -> apply(event);
        };
    }

    private Answer apply(Event event) {
        applied++;
        return switch (Applier.apply(tables, event)) {
            case Outcome.Applied(Answer answer) -> answer;
            // Planned against these very tables: the preconditions hold.
            case Outcome.Stale(String reason) -> throw new IllegalStateException(reason);
        };
    }

    @Override
    public Answer ask(Query query) {
        GroupState group =
                new GroupState(List.of("catalog@localhost:0"), "catalog", applied, sessionTerm);
        return Reader.answer(tables, group, query);
    }

    /** The tables as they stand, for checkers. */
    public TablesView tables() {
        return tables;
    }

    @Override
    public void close() {}
}
