package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.MirrorId;
import io.ashlar.metadata.model.ExtentRow;
import java.util.List;
import java.util.Optional;

/**
 * One run: a cluster under faults and load; then without faults, until all is well again; then
 * without its metadata group (P9); then with full devices (P8); then without load, until it is
 * quiet.
 */
final class Simulation {

    /**
     * How a run ended.
     *
     * @param seed of the run
     * @param violation what was broken, if anything
     * @param trace the last events, if anything was
     * @param virtualNanos how long it lasted, in its own time
     * @param steps how many things happened
     * @param answers how many answers clients got
     */
    record Outcome(
            long seed,
            Optional<Violation> violation,
            List<String> trace,
            long virtualNanos,
            long steps,
            long answers) {

        boolean clean() {
            return violation.isEmpty();
        }

        /** What was violated, the events before it, and how to see it again. */
        String report() {
            if (violation.isEmpty()) {
                return "seed " + seed + " is clean";
            }
            return "%s%nseed %d violates %s%nreplay with: ops/simulate --replay %d"
                    .formatted(
                            String.join(System.lineSeparator(), trace),
                            seed,
                            violation.get().getMessage(),
                            seed);
        }
    }

    private static final int TRACE_LINES = 200;
    private static final String LIVENESS = "liveness";
    private static final String FULL = "P8 full is not a failure";
    private static final long SAMPLE_EVERY = Nanos.millis(50);

    /** Faults are over: by then every volume serves and every mirror is in sync. */
    private static final long RECOVERY_BOUND = Nanos.seconds(25);

    /** So long it may take until a server hears that another has lost its power. */
    private static final long LATE_NEWS = Nanos.millis(3200);

    /** Nothing may take longer while only the metadata group is away. */
    private static final long P9_BOUND = Nanos.seconds(1);

    /** Nothing may take longer because devices are full, or were a moment ago. */
    private static final long P8_BOUND = Nanos.seconds(1);

    private final long seed;
    private final World world;
    private final Agenda agenda;
    private final Nemesis nemesis;

    private Simulation(long seed, Plant plant, int traceLines) {
        this.seed = seed;
        this.world = new World(seed, plant, traceLines);
        this.agenda = world.agenda();
        this.nemesis = new Nemesis(world);
    }

    static Outcome run(long seed, Plant plant) {
        return run(seed, plant, TRACE_LINES);
    }

    /** Keeps so many of the last events for the case of a violation. */
    static Outcome run(long seed, Plant plant, int traceLines) {
        return new Simulation(seed, plant, traceLines).run();
    }

    private Outcome run() {
        Optional<Violation> violation = Optional.empty();
        try {
            begin();
            agenda.runUntil(world.setup().faultsFor());
            nemesis.relent();
            recover();
            surviveWithoutMetadata();
            surviveFullDevices();
            becomeQuiet();
            new Linearizability(world).check();
        } catch (Violation found) {
            violation = Optional.of(found);
        } catch (RuntimeException broken) { // the code under test gave up: as bad as a violation
            Violation found = new Violation("exception", broken.toString());
            found.initCause(broken);
            violation = Optional.of(found);
        }
        List<String> trace = violation.isPresent() ? world.trace().text() : List.of();
        return new Outcome(
                seed, violation, trace, agenda.now(), agenda.steps(), world.completions());
    }

    private void begin() {
        world.trace().add("run", world.setup());
        world.metadata().begin();
        world.servers().forEach(Server::start);
        world.clients().forEach(Client::connect);
        nemesis.begin();
        sample();
    }

    private void sample() {
        world.watch().sampled();
        agenda.after(SAMPLE_EVERY, this::sample);
    }

    private void recover() {
        long bound = agenda.now() + RECOVERY_BOUND;
        long wellSince = agenda.now();
        while (agenda.now() - wellSince < LATE_NEWS) {
            agenda.runUntil(agenda.now() + Nanos.millis(100));
            if (!recovered()) {
                wellSince = agenda.now();
                if (wellSince > bound) {
                    throw new Violation(LIVENESS, "not recovered: " + world.rows() + unserved(0));
                }
            }
        }
    }

    private boolean recovered() {
        for (ExtentRow row : world.rows()) {
            if (row.inSync().size() < row.mirrors().size()
                    || row.mirrors().size() != world.setup().mirrors()
                    || row.mirrors().stream().anyMatch(world::drains)) {
                return false;
            }
        }
        return unserved(Nanos.millis(200)).isEmpty();
    }

    /** Clients that are not attached, or have waited for longer than {@code bound}. */
    private List<String> unserved(long bound) {
        return world.clients().stream()
                .filter(client -> client.visit().isEmpty() || waitsFor(client) > bound)
                .map(client -> client + " waits " + Nanos.text(waitsFor(client)))
                .toList();
    }

    /** For how long the oldest request of a client has waited. */
    private long waitsFor(Client client) {
        long longest = 0;
        for (Lane lane : client.lanes()) {
            long since = lane.waitingSince().orElse(agenda.now());
            longest = Math.max(longest, agenda.now() - since);
        }
        return longest;
    }

    private void surviveWithoutMetadata() {
        long before = world.completions();
        world.metadata().down(true);
        serveFor(Nanos.seconds(3), P9_BOUND, "P9 no metadata needed");
        if (world.completions() == before) {
            throw new Violation("P9 no metadata needed", "nothing was answered");
        }
        world.metadata().down(false);
    }

    /** Whoever has the lease and whoever is in sync stays so. */
    private void surviveFullDevices() {
        world.becameCalm();
        List<Long> epochs = leaseEpochs();
        List<List<MirrorId>> inSync = inSync();
        Chance chance = new Chance(seed);
        world.servers().forEach(s -> s.device().room(chance.between(0, 4), ModelDevice.MARGIN));
        serveFor(Nanos.millis(1500), P8_BOUND, FULL);
        world.servers().forEach(s -> s.device().roomAgain());
        serveFor(Nanos.millis(1500), P8_BOUND, FULL);
        if (!leaseEpochs().equals(epochs) || !inSync().equals(inSync)) {
            throw new Violation(FULL, "the lease or a set changed: " + world.rows());
        }
    }

    private List<Long> leaseEpochs() {
        return world.volumes().stream().map(volume -> world.leaseEpoch(volume.id())).toList();
    }

    private List<List<MirrorId>> inSync() {
        return world.rows().stream().map(ExtentRow::inSync).toList();
    }

    /** Every client is attached and gets its answers within {@code bound}. */
    private void serveFor(long time, long bound, String promise) {
        long until = agenda.now() + time;
        while (agenda.now() < until) {
            agenda.runUntil(agenda.now() + Nanos.millis(250));
            List<String> unserved = unserved(bound);
            if (!unserved.isEmpty()) {
                throw new Violation(promise, "not served: " + unserved);
            }
        }
    }

    private void becomeQuiet() {
        world.clients().forEach(Client::stop);
        long bound = agenda.now() + Nanos.seconds(3);
        while (!world.clients().stream().allMatch(Client::idle)) {
            if (agenda.now() > bound) {
                throw new Violation(LIVENESS, "requests without an answer: " + unserved(0));
            }
            agenda.runUntil(agenda.now() + Nanos.millis(50));
        }
        agenda.runUntil(agenda.now() + Nanos.millis(500));
        world.watch().sampled();
        world.watch().quiet();
    }
}
