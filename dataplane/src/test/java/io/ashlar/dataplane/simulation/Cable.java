package io.ashlar.dataplane.simulation;

/**
 * A connection between two processes. Each end learns of its break in its own time: after one end
 * has given up, the other still receives some of what was under way, perhaps after a newer
 * connection has begun.
 */
final class Cable {

    /** What one end does when it learns that the connection is no more. */
    interface End {
        void broke();
    }

    private final Life near;
    private final Life far;
    private final End nearEnd;
    private final End farEnd;
    private final Network network;
    private final Agenda agenda;
    private final Chance chance;
    private final Stream there;
    private final Stream back;
    private boolean nearHasIt = true;
    private boolean farHasIt = true;
    private boolean over;

    /**
     * A connection that {@code near} has made to {@code far}.
     *
     * @param network draws its delays, knows who is cut off
     */
    Cable(
            Life near,
            End nearEnd,
            Life far,
            End farEnd,
            Network network,
            Agenda agenda,
            Chance chance) {
        this.near = near;
        this.nearEnd = nearEnd;
        this.far = far;
        this.farEnd = farEnd;
        this.network = network;
        this.agenda = agenda;
        this.chance = chance;
        there = new Stream(agenda, () -> network.isCut(near.server(), far.server()));
        back = new Stream(agenda, () -> network.isCut(far.server(), near.server()));
    }

    Life near() {
        return near;
    }

    Life far() {
        return far;
    }

    boolean local() {
        return near == far;
    }

    boolean touches(Server from, Server to) {
        return (near.server() == from && far.server() == to)
                || (near.server() == to && far.server() == from);
    }

    /** Carries to the far end. */
    void there(Runnable arrival) {
        there.send(
                network.delay(near.server(), far.server()),
                () ->
                        far.run(() -> {
                            if (farHasIt) {
                                arrival.run();
                            }
                        }));
    }

    /** Carries to the near end. */
    void back(Runnable arrival) {
        back.send(
                network.delay(far.server(), near.server()),
                () ->
                        near.run(() -> {
                            if (nearHasIt) {
                                arrival.run();
                            }
                        }));
    }

    void release() {
        there.release();
        back.release();
    }

    void breakIfCut() {
        if (network.isCut(near.server(), far.server())
                || network.isCut(far.server(), near.server())) {
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
            nearLearns();
            agenda.at(later + 1, this::farLearns);
        } else {
            there.endAt(agenda.now());
            back.endAt(later);
            farLearns();
            agenda.at(later, this::nearLearns);
        }
        agenda.at(later + 1, () -> network.gone(this));
    }

    /**
     * Breaks it for the near end; what is under way there arrives late, perhaps behind what a newer
     * connection carries.
     */
    void breakLate() {
        if (over || local()) {
            return;
        }
        long breaks = agenda.now() + chance.between(0, Nanos.millis(30));
        long later = breaks + chance.skewed(Nanos.millis(20), Nanos.seconds(2));
        there.stallUntil(later);
        agenda.at(
                breaks,
                () -> {
                    if (!over) {
                        over = true;
                        there.endAt(later);
                        nearLearns();
                        agenda.at(later + 1, this::farLearns);
                        agenda.at(later + 1, () -> network.gone(this));
                    }
                });
    }

    /** The far process is no more: a closed socket tells at once, a dead machine does not. */
    void farDied(boolean silently) {
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
        agenda.at(learns, this::nearLearns);
        network.gone(this);
    }

    /** The near end is done with it: what it has sent may still arrive. */
    void letGo() {
        nearHasIt = false;
        if (!over) {
            over = true;
            long later = agenda.now() + chance.skewed(Nanos.millis(1), Nanos.millis(300));
            there.endAt(later);
            agenda.at(
                    later + 1,
                    () -> {
                        farLearns();
                        network.gone(this);
                    });
        }
    }

    private void nearLearns() {
        near.run(() -> {
            if (nearHasIt) {
                nearHasIt = false;
                nearEnd.broke();
            }
        });
    }

    private void farLearns() {
        far.run(() -> {
            if (farHasIt) {
                farHasIt = false;
                farEnd.broke();
            }
        });
    }
}
