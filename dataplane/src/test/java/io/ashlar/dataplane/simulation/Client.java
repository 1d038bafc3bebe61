package io.ashlar.dataplane.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A client with one connection and several requests under way. When the connection is lost it tries
 * the servers in turn, and sends changes without an answer again.
 */
final class Client {

    private final World world;
    private final int number;
    private final Volume volume;
    private final Chance chance;
    private final List<Lane> lanes = new ArrayList<>();
    private Optional<Visit> visit = Optional.empty();
    private boolean attached;
    private long connection;
    private int nextServer;
    private boolean stopped;

    Client(World world, int number, Volume volume, int lanes) {
        this.world = world;
        this.number = number;
        this.volume = volume;
        this.chance = world.chance().split();
        this.nextServer = number;
        for (int i = 0; i < lanes; i++) {
            this.lanes.add(new Lane(this, chance.split()));
        }
    }

    World world() {
        return world;
    }

    int number() {
        return number;
    }

    /** The connection over which it can ask. */
    Optional<Visit> visit() {
        return attached ? visit : Optional.empty();
    }

    Volume volume() {
        return volume;
    }

    long connection() {
        return connection;
    }

    List<Lane> lanes() {
        return lanes;
    }

    boolean stopped() {
        return stopped;
    }

    /** Finishes what is under way and begins nothing more. */
    void stop() {
        stopped = true;
    }

    boolean idle() {
        return lanes.stream().allMatch(Lane::idle);
    }

    void connect() {
        visit.ifPresent(Visit::close);
        visit = Optional.empty();
        long asked = ++connection;
        Server target = world.servers().get(nextServer++ % world.servers().size());
        world.agenda().after(world.clientDelay(), () -> call(target, asked));
        world.agenda()
                .after(
                        chance.between(Nanos.millis(1500), Nanos.millis(4000)),
                        () -> connectAgain(asked));
    }

    private void call(Server target, long asked) {
        Optional<Life> life = target.life();
        if (asked != connection) {
            return;
        }
        if (life.isEmpty()) {
            refused(asked);
            return;
        }
        Visit called = new Visit(this, asked, life.get().frontEnd(), volume);
        visit = Optional.of(called);
        life.get()
                .run(() ->
                        called.begin(() ->
                                world.agenda()
                                        .after(
                                                world.clientDelay(),
                                                () -> answered(called, target))));
    }

    private void answered(Visit called, Server target) {
        if (!visit.equals(Optional.of(called))) {
            return;
        }
        if (called.open().isEmpty()) {
            refused(called.number());
        } else {
            attached = true;
            nextServer = target.number();
            lanes.forEach(Lane::connected);
        }
    }

    private void refused(long asked) {
        world.agenda()
                .after(
                        chance.between(Nanos.millis(10), Nanos.millis(200)),
                        () -> connectAgain(asked));
    }

    private void connectAgain(long asked) {
        if (asked == connection && !attached) {
            connect();
        }
    }

    /** The process that a client was attached to is no more; the client hears of it soon. */
    void died(Life ended) {
        visit.filter(v -> v.life() == ended).ifPresent(this::lost);
    }

    /** The connection is closed by the server; the client hears of it soon. */
    void lost(Visit ended) {
        world.agenda()
                .after(
                        chance.skewed(Nanos.micros(100), Nanos.millis(500)),
                        () -> {
                            if (visit.equals(Optional.of(ended))) {
                                reconnect();
                            }
                        });
    }

    /** Drops the connection and looks for another. */
    void reconnect() {
        if (chance.oneIn(2)) {
            nextServer = chance.below(world.servers().size());
        }
        visit.ifPresent(left -> lanes.forEach(lane -> lane.disconnected(left)));
        attached = false;
        connect();
    }

    @Override
    public String toString() {
        return "c" + number;
    }
}
