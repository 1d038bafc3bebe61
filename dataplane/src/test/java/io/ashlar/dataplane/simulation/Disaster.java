package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.resync.SharedHistory;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.LocationRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * In some runs, once: every server with an in-sync mirror of an extent is lost while another of its
 * mirrors is out of sync, and an operator lets the volume go on with what there is (P6). The lost
 * servers come back with empty devices; or, once the volume is served again, with what they held.
 *
 * <p>Its chance is its own: a seed without a disaster runs as if there were none.
 */
final class Disaster {

    private static final int ONE_RUN_IN = 5;

    private enum Stage {
        AWAITED,
        UNDECIDED,
        OVER
    }

    private final World world;
    private final Agenda agenda;
    private final Chance chance;
    private final boolean forEver;
    private final boolean branched;
    private final Set<LocationRow> lost = new HashSet<>();
    private final List<Server> down = new ArrayList<>();
    private Stage stage = Stage.AWAITED;

    Disaster(World world) {
        this.world = world;
        this.agenda = world.agenda();
        this.chance = new Chance(~world.seed());
        this.forEver = chance.oneIn(3);
        this.branched = chance.oneIn(2);
    }

    void begin() {
        if (chance.oneIn(ONE_RUN_IN)) {
            agenda.after(chance.between(Nanos.seconds(1), world.setup().faultsFor()), this::look);
        } else {
            stage = Stage.OVER;
        }
    }

    /** Whether an operator has yet to say how the volume goes on. */
    boolean goesOn() {
        return stage == Stage.UNDECIDED;
    }

    /** None begins any more. */
    void relent() {
        if (stage == Stage.AWAITED) {
            stage = Stage.OVER;
        }
    }

    private void look() {
        if (stage != Stage.AWAITED) {
            return;
        }
        for (ExtentRow row : world.rows()) {
            Set<Server> servers = new HashSet<>();
            row.inSync().forEach(mirror -> servers.add(serverOf(mirror)));
            boolean choice = row.mirrors().stream().anyMatch(m -> goesBack(row, m));
            if (choice && survivable(servers)) {
                strike(world.servers().stream().filter(servers::contains).toList());
                return;
            }
        }
        agenda.after(Nanos.millis(10), this::look);
    }

    /**
     * Whether to go on with this mirror would lose something; in some runs only one will do that
     * has written something of its own after the others had gone on without it.
     */
    private boolean goesBack(ExtentRow row, MirrorId mirror) {
        return !row.inSync().contains(mirror)
                && world.stored(mirror).filter(m -> !branched || ownTail(row, m) > 0).isPresent();
    }

    private static long ownTail(ExtentRow row, ModelMirror mirror) {
        Position last = mirror.last();
        return last.seq() - SharedHistory.lastShared(last, row.history());
    }

    private Server serverOf(MirrorId mirror) {
        return world.server(world.location(mirror).server());
    }

    /**
     * Whether every extent has a mirror elsewhere, be it as old as it may, and no spare one that
     * goes before anybody knows of the loss.
     */
    private boolean survivable(Set<Server> servers) {
        return world.rows().stream()
                .allMatch(row ->
                        row.mirrors().size() == world.setup().mirrors()
                                && row.mirrors().stream()
                                        .anyMatch(m ->
                                                !servers.contains(serverOf(m))
                                                        && world.stored(m).isPresent()));
    }

    private void strike(List<Server> servers) {
        stage = Stage.UNDECIDED;
        world.trace().add("disaster", servers + (forEver ? " for ever" : " for now"));
        for (ExtentRow row : world.rows()) {
            row.mirrors().stream()
                    .filter(mirror -> servers.contains(serverOf(mirror)))
                    .forEach(mirror -> lost.add(world.location(mirror)));
        }
        boolean power = chance.oneIn(2);
        for (Server server : servers) {
            server.keepDown(true);
            down.add(server);
            if (forEver) {
                server.replaceDevice();
                agenda.after(
                        chance.between(Nanos.millis(50), Nanos.seconds(3)), () -> bringUp(server));
            } else if (power) {
                server.losePower();
            } else {
                server.crash();
            }
        }
        agenda.after(chance.between(Nanos.millis(100), Nanos.seconds(2)), this::operate);
    }

    private void bringUp(Server server) {
        server.keepDown(false);
        server.start();
    }

    /** An operator looks at the volume again and again, until it goes on without what is lost. */
    private void operate() {
        for (ExtentId extent : world.extents()) {
            decide(world.row(extent));
        }
        if (world.rows().stream().anyMatch(row -> row.overridden() || waits(row)) || oldLives()) {
            agenda.after(chance.between(Nanos.millis(100), Nanos.millis(500)), this::operate);
            return;
        }
        stage = Stage.OVER;
        if (!forEver) {
            down.forEach(this::bringUp);
        }
    }

    /** Whether an extent cannot go on by itself: who is not lost has lost its power. */
    private boolean waits(ExtentRow row) {
        return row.inSync().stream().anyMatch(this::isLost)
                && row.inSync().stream().filter(m -> !isLost(m)).allMatch(this::suspect);
    }

    /**
     * Whoever still counts on a lost mirror must not find it again: that is the operator's part.
     */
    private boolean oldLives() {
        return world.tenures().stream().anyMatch(t -> !world.current(t));
    }

    private boolean isLost(MirrorId mirror) {
        return lost.contains(world.location(mirror));
    }

    private boolean suspect(MirrorId mirror) {
        return world.stored(mirror).filter(m -> !m.standing().suspect()).isEmpty();
    }

    private void decide(ExtentRow row) {
        if (!waits(row)) {
            return;
        }
        List<MirrorId> left =
                row.mirrors().stream()
                        .filter(mirror -> !isLost(mirror) && world.stored(mirror).isPresent())
                        .toList();
        List<MirrorId> branches =
                left.stream()
                        .filter(m -> world.stored(m).filter(s -> ownTail(row, s) > 0).isPresent())
                        .toList();
        List<MirrorId> members = left.stream().filter(row.inSync()::contains).toList();
        if (!left.isEmpty()) {
            List<MirrorId> others = branched && !branches.isEmpty() ? branches : left;
            MirrorId chosen = chance.pick(members.isEmpty() ? others : members);
            world.metadata()
                    .override(
                            new Command.OverrideInSync(
                                    row.id(), row.setVersion(), chosen, "op", "lost", 1));
        }
    }
}
