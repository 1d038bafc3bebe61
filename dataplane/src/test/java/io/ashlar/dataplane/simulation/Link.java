package io.ashlar.dataplane.simulation;

import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.ToMirror;

/**
 * A connection between a coordinator and the process that holds mirrors. Each end learns of its
 * break in its own time: after one end has given up, the other still receives some of what was
 * under way, perhaps after a newer link has begun.
 */
final class Link {

    private final long id;
    private final Tenure owner;
    private final Life mirrors;
    private final Network network;
    private final Agenda agenda;
    private final Chance chance;
    private final Stream there;
    private final Stream back;
    private boolean coordinatorHasIt = true;
    private boolean over;

    Link(long id, Tenure owner, Life mirrors, Network network, Agenda agenda, Chance chance) {
        this.id = id;
        this.owner = owner;
        this.mirrors = mirrors;
        this.network = network;
        this.agenda = agenda;
        this.chance = chance;
        there = new Stream(agenda, () -> network.isCut(owner.server(), mirrors.server()));
        back = new Stream(agenda, () -> network.isCut(mirrors.server(), owner.server()));
    }

    long id() {
        return id;
    }

    Life mirrors() {
        return mirrors;
    }

    boolean local() {
        return owner.life() == mirrors;
    }

    boolean touches(Server from, Server to) {
        return (owner.server() == from && mirrors.server() == to)
                || (owner.server() == to && mirrors.server() == from);
    }

    void send(ToMirror message) {
        there.send(
                network.delay(owner.server(), mirrors.server()),
                () -> mirrors.run(() -> plant().arrive(mirrors, id, message)));
    }

    void reply(FromMirror message) {
        back.send(
                network.delay(mirrors.server(), owner.server()),
                () ->
                        owner.life()
                                .run(() -> {
                                    if (coordinatorHasIt) {
                                        plant().deliver(owner, message);
                                    }
                                }));
    }

    private Plant plant() {
        return owner.world().plant();
    }

    void release() {
        there.release();
        back.release();
    }

    void breakIfCut() {
        if (network.isCut(owner.server(), mirrors.server())
                || network.isCut(mirrors.server(), owner.server())) {
            breakNow();
        }
    }

    /** Breaks it; one end learns of it now, the other later. */
    void breakNow() {
        if (over || local()) {
            return;
        }
        over = true;
        long later = agenda.now() + chance.skewed(0, Nanos.millis(300));
        if (chance.oneIn(2)) {
            there.endAt(later);
            coordinatorLearns();
        } else {
            there.endAt(agenda.now());
            back.endAt(later);
            agenda.at(later, this::coordinatorLearns);
        }
        agenda.at(later + 1, () -> network.gone(this));
    }

    /** The other process is no more: a closed socket tells at once, a dead machine does not. */
    void mirrorsDied(boolean silently) {
        if (over) {
            return;
        }
        over = true;
        long learns =
                agenda.now()
                        + (silently
                                ? chance.between(Nanos.millis(100), Nanos.seconds(3))
                                : chance.skewed(Nanos.micros(100), Nanos.millis(50)));
        back.endAt(learns);
        agenda.at(learns, this::coordinatorLearns);
        network.gone(this);
    }

    /** The coordinator is done with it: what it has sent may still arrive. */
    void letGo() {
        coordinatorHasIt = false;
        if (!over) {
            over = true;
            long later = agenda.now() + chance.skewed(Nanos.millis(1), Nanos.millis(300));
            there.endAt(later);
            agenda.at(later + 1, () -> network.gone(this));
        }
    }

    private void coordinatorLearns() {
        owner.life()
                .run(() -> {
                    if (coordinatorHasIt) {
                        coordinatorHasIt = false;
                        owner.linkBroke(this);
                    }
                });
    }
}
