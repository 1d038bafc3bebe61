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
    private final Chance chance;
    private final List<Lane> lanes = new ArrayList<>();
    private Optional<Tenure> tenure = Optional.empty();
    private long connection;
    private int nextServer;
    private boolean stopped;

    Client(World world, int number, int lanes) {
        this.world = world;
        this.number = number;
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

    Optional<Tenure> tenure() {
        return tenure;
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
        tenure = Optional.empty();
        long asked = ++connection;
        Server target = world.servers().get(nextServer++ % world.servers().size());
        world.agenda().after(world.clientDelay(), () -> attachTo(target, asked));
        world.agenda()
                .after(
                        chance.between(Nanos.millis(1500), Nanos.millis(4000)),
                        () -> connectAgain(asked));
    }

    private void attachTo(Server target, long asked) {
        Optional<Life> life = target.life();
        if (life.isEmpty()) {
            refused(asked);
            return;
        }
        life.get()
                .run(() ->
                        life.get()
                                .seat(world.volume())
                                .attach(answer -> {
                                    answer.ifPresent(given -> given.attached(this, asked));
                                    world.agenda()
                                            .after(
                                                    world.clientDelay(),
                                                    () -> attached(asked, answer));
                                }));
    }

    private void attached(long asked, Optional<Tenure> answer) {
        if (asked != connection || tenure.isPresent()) {
            return;
        }
        if (answer.isEmpty() || answer.get().over()) {
            refused(asked);
        } else {
            tenure = answer;
            nextServer = answer.get().server().number();
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
        if (asked == connection && tenure.isEmpty()) {
            connect();
        }
    }

    /** A coordinator that this client was attached to is no more; the client hears of it soon. */
    void lost(Tenure ended) {
        long asked = connection;
        world.agenda()
                .after(
                        chance.skewed(Nanos.micros(100), Nanos.millis(500)),
                        () -> {
                            if (asked == connection && tenure.equals(Optional.of(ended))) {
                                reconnect();
                            }
                        });
    }

    /** Drops the connection and looks for another. */
    void reconnect() {
        if (chance.oneIn(2)) {
            nextServer = chance.below(world.servers().size());
        }
        connect();
        lanes.forEach(Lane::disconnected);
    }

    @Override
    public String toString() {
        return "c" + number;
    }
}
