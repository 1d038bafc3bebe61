package io.ashlar.dataplane.simulation;

import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.catalog.Catalog;
import io.ashlar.metadata.catalog.Repairs;
import io.ashlar.metadata.catalog.Sessions;
import io.ashlar.metadata.catalog.TablesView;
import io.ashlar.metadata.model.ExtentRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The metadata group as its clients see it: one linearizable catalog behind requests and answers
 * that take time, get lost and come twice; sometimes without a leader, sometimes with a new one.
 */
final class MetadataGroup {

    static final Duration SESSION = Duration.ofMillis(2500);

    /** No request is on its way for longer. */
    private static final long LATEST = Nanos.seconds(2);

    private final World world;
    private final Agenda agenda;
    private final Chance chance;
    private final Catalog catalog = new Catalog(World.CLUSTER, SESSION);
    private final Sessions sessions = new Sessions(SESSION);
    private final Repairs repairs = new Repairs();
    private long shrinkSentAt = -LATEST;
    private int lossPercent;
    private boolean down;

    MetadataGroup(World world) {
        this.world = world;
        this.agenda = world.agenda();
        this.chance = world.chance().split();
    }

    void begin() {
        agenda.after(Nanos.millis(100), this::look);
    }

    TablesView tables() {
        return catalog.tables();
    }

    /** The catalog itself, for what happens before the run begins. */
    Catalog catalog() {
        return catalog;
    }

    void lossPercent(int percent) {
        lossPercent = percent;
    }

    /** Without a leader nothing is answered. */
    void down(boolean yes) {
        if (down && !yes) {
            sessions.restart();
            repairs.restart();
        }
        down = yes;
    }

    boolean isDown() {
        return down;
    }

    private void look() {
        if (!down) {
            sessions.due(catalog.tables(), agenda.now()).forEach(this::own);
            repairs.due(catalog.tables(), agenda.now()).forEach(this::own);
        }
        agenda.after(Nanos.millis(100), this::look);
    }

    /** What the leader says of its own. */
    void own(Command command) {
        world.trace().add("metadata", command);
        Answer answer = catalog.submit(command);
        if (command instanceof Command.PlanMirrors plan && answer instanceof Answer.Done) {
            world.planned(plan.extent());
        }
    }

    /** What an operator says; false if it is refused, or nobody leads. */
    boolean override(Command.OverrideInSync command) {
        if (down) {
            return false;
        }
        Answer answer = catalog.submit(command);
        world.trace().add("operator", command + ": " + answer);
        if (answer instanceof Answer.Done) {
            world.watch().overridden(world.row(command.extent()));
        }
        return answer instanceof Answer.Done;
    }

    /** Whether a change that makes a set smaller may be on its way. */
    boolean setsMayShrink() {
        return agenda.now() - shrinkSentAt <= LATEST;
    }

    void submit(Life from, Command command, Consumer<Answer> then) {
        if (command instanceof Command.ChangeMembers members
                && !members.changes().stream().allMatch(Command.AddMember.class::isInstance)) {
            shrinkSentAt = agenda.now();
        }
        request(from, () -> apply(command), then);
        if (chance.percent(2)) {
            request(from, () -> apply(command), then);
        }
    }

    void ask(Life from, Query query, Consumer<Answer> then) {
        request(
                from,
                () -> {
                    if (query instanceof Query.Heartbeat beat) {
                        sessions.touch(beat.server(), beat.nonce(), agenda.now());
                    }
                    return world.plant().told(query, catalog.ask(query));
                },
                then);
    }

    private interface Serve {
        Answer serve();
    }

    private void request(Life from, Serve serve, Consumer<Answer> then) {
        if (lost(from)) {
            return;
        }
        agenda.after(
                delay(),
                () -> {
                    if (down || from.server().cutFromMetadata()) {
                        return;
                    }
                    Answer answer = serve.serve();
                    if (!lost(from)) {
                        from.after(delay(), () -> then.accept(answer));
                    }
                });
    }

    private boolean lost(Life from) {
        return from.server().cutFromMetadata() || chance.percent(lossPercent);
    }

    /** Most take a few milliseconds; a few come very late. */
    private long delay() {
        return chance.oneIn(40)
                ? chance.between(Nanos.millis(10), LATEST)
                : chance.between(Nanos.micros(500), Nanos.millis(5));
    }

    private Answer apply(Command command) {
        world.trace().add("metadata", command);
        if (!(command instanceof Command.ChangeMembers members)) {
            Answer answer = catalog.submit(command);
            if (command instanceof Command.AcquireLease acquire
                    && answer instanceof Answer.LeaseGranted granted) {
                world.watch().granted(acquire.volume(), granted.epoch());
            }
            return world.plant().answer(command, answer);
        }
        List<Answer.MemberResult> results = new ArrayList<>();
        for (Command.MemberChange change : world.plant().arrived(this, members).changes()) {
            ExtentRow before = tables().extents().get(change.extent()).orElseThrow();
            Answer.MembersChanged answer =
                    (Answer.MembersChanged)
                            catalog.submit(new Command.ChangeMembers(List.of(change)));
            Answer.MemberResult result = answer.results().getFirst();
            results.add(result);
            if (result.applied()) {
                world.trace().add("metadata", result.row());
                world.watch().changed(change, before, result.row().getFirst());
            }
        }
        return world.plant().answer(command, new Answer.MembersChanged(results));
    }
}
