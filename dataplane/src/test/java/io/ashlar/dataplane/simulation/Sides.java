package io.ashlar.dataplane.simulation;

import java.util.HashSet;
import java.util.Set;

/**
 * A network split in two for longer than a session lasts, whose border then moves: a server that
 * served one coordinator suddenly hears only the other, perhaps as a new process. Chance alone
 * seldom puts these pieces together; promises and epochs are there for exactly this.
 */
final class Sides {

    private final World world;
    private final Nemesis nemesis;
    private final Chance chance;
    private Set<Server> cutOff = Set.of();
    private boolean underway;

    Sides(World world, Nemesis nemesis, Chance chance) {
        this.world = world;
        this.nemesis = nemesis;
        this.chance = chance;
    }

    /** Cuts {@code coordinator} off, alone or with others, from the rest and the metadata group. */
    void shift(Server coordinator) {
        if (underway) {
            return;
        }
        underway = true;
        split(draw(coordinator), false);
        long first = chance.between(Nanos.millis(2600), Nanos.seconds(6));
        long second = first + chance.between(Nanos.millis(200), Nanos.seconds(3));
        long end = second + chance.between(Nanos.millis(200), Nanos.seconds(2));
        // By now another server may have the lease, if only somebody asks for it.
        nemesis.later(
                chance.between(Nanos.millis(2600), first + Nanos.millis(500)),
                () -> chance.pick(world.clients()).reconnect());
        nemesis.later(first, () -> split(draw(coordinator), chance.oneIn(2)));
        nemesis.later(second, () -> split(draw(coordinator), chance.oneIn(2)));
        nemesis.later(
                end,
                () -> {
                    split(Set.of(), false);
                    underway = false;
                });
    }

    private Set<Server> draw(Server coordinator) {
        Set<Server> side = new HashSet<>(Set.of(coordinator));
        for (Server server : world.servers()) {
            if (chance.oneIn(2)) {
                side.add(server);
            }
        }
        return side;
    }

    private void split(Set<Server> side, boolean bounce) {
        for (Server one : world.servers()) {
            one.cutFromMetadata(side.contains(one));
            for (Server other : world.servers()) {
                if (side.contains(one) == side.contains(other)) {
                    world.network().mend(one, other);
                } else {
                    world.network().cut(one, other);
                }
            }
            if (bounce && side.contains(one) != cutOff.contains(one)) {
                nemesis.bounce(one);
            }
        }
        cutOff = side;
    }
}
