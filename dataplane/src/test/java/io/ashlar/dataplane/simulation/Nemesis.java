package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.ExtentRow;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Brings about faults, each for a while. Every run draws which kinds it knows: a few kinds often
 * find what all kinds seldom do.
 */
final class Nemesis {

    /** Clock rates stay within the bound that the protocol assumes. */
    private static final long DRIFT_MILLIONTHS = 10_000;

    private final World world;
    private final Chance chance;
    private final Agenda agenda;
    private final List<Fault> kinds = new ArrayList<>();
    private final long pace;
    private final Sides sides;
    private final Disaster disaster;
    private boolean over;

    Nemesis(World world) {
        this.world = world;
        this.agenda = world.agenda();
        this.chance = world.chance().split();
        this.sides = new Sides(world, this, chance.split());
        this.disaster = new Disaster(world);
        boolean few = chance.oneIn(3);
        kinds.addAll(few ? drawFew() : drawMany());
        if (kinds.contains(Fault.DEVICE_REPLACED)) {
            // With what is on a lost device, and the power of the other mirrors, everything may be
            // lost: then nobody may go on without an operator's word (P6).
            kinds.removeAll(List.of(Fault.POWER_LOSS, Fault.RACK_OUTAGE, Fault.SYNC_FAILS));
        }
        pace = chance.between(Nanos.millis(100), Nanos.millis(few ? 500 : 1200));
    }

    private Set<Fault> drawMany() {
        Set<Fault> drawn = EnumSet.noneOf(Fault.class);
        int density = (int) chance.between(20, 80);
        for (Fault fault : Fault.values()) {
            if (chance.percent(density)) {
                drawn.add(fault);
            }
        }
        return drawn;
    }

    private Set<Fault> drawFew() {
        Set<Fault> drawn = EnumSet.noneOf(Fault.class);
        int count = (int) chance.between(1, 4);
        while (drawn.size() < count) {
            drawn.add(chance.pick(List.of(Fault.values())));
        }
        return drawn;
    }

    void begin() {
        disaster.begin();
        if (!kinds.isEmpty()) {
            agenda.after(Nanos.millis(500) + chance.between(0, pace), this::strike);
        }
    }

    private void strike() {
        if (over) {
            return;
        }
        Fault fault = chance.pick(kinds);
        Server server = chance.pick(world.servers());
        world.trace().add("nemesis", fault + " near " + server);
        strike(fault, server);
        agenda.after(chance.between(Nanos.millis(10), 2 * pace), this::strike);
    }

    private void strike(Fault fault, Server server) {
        switch (fault) {
            case CRASH -> {
                server.crash();
                restartLater(server);
            }
            case POWER_LOSS -> {
                server.losePower();
                restartLater(server);
            }
            case RACK_OUTAGE -> rackOutage();
            case SHUT_DOWN -> {
                server.shutDown();
                restartLater(server);
            }
            case FREEZE -> freeze(server);
            case CUT_ONE_WAY, CUT_BOTH_WAYS -> cut(server, fault == Fault.CUT_BOTH_WAYS);
            case ISOLATE -> isolate(chance.oneIn(2) ? server : coordinating(server));
            case SHIFTING_SIDES -> sides.shift(coordinating(server));
            case BREAK_LINK -> breakLinks();
            case LINK_OVERTAKEN -> overtakeLinks();
            case METADATA_DOWN -> {
                world.metadata().down(true);
                later(aWhile(Nanos.seconds(4)), () -> world.metadata().down(false));
            }
            case METADATA_LOSSY -> {
                world.metadata().lossPercent(60);
                later(aWhile(Nanos.seconds(5)), () -> world.metadata().lossPercent(1));
            }
            case CUT_FROM_METADATA -> {
                server.cutFromMetadata(true);
                later(aWhile(Nanos.seconds(8)), () -> server.cutFromMetadata(false));
            }
            case HAND_OVER -> handOver();
            case CLIENT_RECONNECTS -> chance.pick(world.clients()).reconnect();
            case DISK_STALLS, DISK_SLOW, DISK_FAILS, SYNC_FAILS, DISK_FULL -> disk(fault, server);
            case DEVICE_REPLACED -> replaceDevice(server);
            case DRAIN -> {
                world.metadata().own(new Command.DrainServer(server.id(), true));
                later(
                        aWhile(Nanos.seconds(8)),
                        () -> world.metadata().own(new Command.DrainServer(server.id(), false)));
            }
            case BIT_ROT -> rot();
            case CLOCK_RATE ->
                    server.clock().gain(chance.between(-DRIFT_MILLIONTHS, DRIFT_MILLIONTHS));
            case NETWORK_SLOW -> {
                world.network().slowest(chance.between(Nanos.millis(5), Nanos.millis(700)));
                later(aWhile(Nanos.seconds(4)), () -> world.network().slowest(Nanos.millis(2)));
            }
        }
    }

    private void disk(Fault fault, Server server) {
        ModelDevice device = server.device();
        switch (fault) {
            case DISK_STALLS -> device.stall(agenda.now() + aWhile(Nanos.seconds(3)));
            case DISK_SLOW -> {
                device.slowness(chance.between(10, 300));
                later(aWhile(Nanos.seconds(4)), () -> device.slowness(1));
            }
            case DISK_FAILS -> {
                device.fail();
                later(aWhile(Nanos.seconds(4)), () -> bounce(server));
            }
            case SYNC_FAILS -> {
                device.failSyncs();
                later(aWhile(Nanos.seconds(6)), () -> bounce(server));
            }
            case DISK_FULL -> {
                long room = chance.between(0, 12);
                // Without a margin changes are refused that have their seq.
                device.room(room, room < 4 ? 0 : ModelDevice.MARGIN);
                later(aWhile(Nanos.seconds(4)), device::roomAgain);
            }
            case CRASH,
                    POWER_LOSS,
                    RACK_OUTAGE,
                    SHUT_DOWN,
                    FREEZE,
                    CUT_ONE_WAY,
                    CUT_BOTH_WAYS,
                    ISOLATE,
                    SHIFTING_SIDES,
                    BREAK_LINK,
                    LINK_OVERTAKEN,
                    METADATA_DOWN,
                    METADATA_LOSSY,
                    CUT_FROM_METADATA,
                    HAND_OVER,
                    CLIENT_RECONNECTS,
                    DEVICE_REPLACED,
                    DRAIN,
                    BIT_ROT,
                    CLOCK_RATE,
                    NETWORK_SLOW ->
                    throw new IllegalArgumentException(fault.toString());
        }
    }

    /** A server that coordinates, if there is one. */
    private Server coordinating(Server otherwise) {
        List<Tenure> tenures = world.tenures();
        return tenures.isEmpty() ? otherwise : chance.pick(tenures).server();
    }

    /** What is still to come when the nemesis relents does not come. */
    void later(long delay, Runnable action) {
        agenda.after(
                delay,
                () -> {
                    if (!over) {
                        action.run();
                    }
                });
    }

    private long aWhile(long longest) {
        return chance.skewed(Nanos.millis(20), longest);
    }

    private void restartLater(Server server) {
        later(
                chance.oneIn(4)
                        ? chance.between(Nanos.seconds(1), Nanos.seconds(6))
                        : chance.between(Nanos.millis(20), Nanos.millis(1500)),
                server::start);
    }

    void bounce(Server server) {
        if (server.life().isPresent()) {
            server.crash();
            server.start();
        }
    }

    private void rackOutage() {
        for (Server server : world.servers()) {
            if (!chance.oneIn(6)) {
                later(
                        chance.skewed(0, Nanos.millis(40)),
                        () -> {
                            server.losePower();
                            restartLater(server);
                        });
            }
        }
    }

    private void freeze(Server server) {
        server.life()
                .ifPresent(life -> {
                    life.freeze();
                    later(aWhile(Nanos.seconds(6)), life::thaw);
                });
    }

    private void cut(Server server, boolean bothWays) {
        Server other = chance.pick(world.servers());
        long until = aWhile(Nanos.seconds(6));
        world.network().cut(server, other);
        later(until, () -> world.network().mend(server, other));
        if (bothWays) {
            world.network().cut(other, server);
            later(until, () -> world.network().mend(other, server));
        }
    }

    private void isolate(Server server) {
        long until = chance.between(Nanos.millis(20), Nanos.seconds(8));
        boolean fromMetadata = chance.oneIn(2);
        server.cutFromMetadata(fromMetadata);
        for (Server other : world.servers()) {
            world.network().cut(server, other);
            world.network().cut(other, server);
        }
        later(
                until,
                () -> {
                    server.cutFromMetadata(false);
                    for (Server other : world.servers()) {
                        world.network().mend(server, other);
                        world.network().mend(other, server);
                    }
                });
    }

    private void breakLinks() {
        for (Cable cable : world.network().live()) {
            if (chance.oneIn(3)) {
                cable.breakNow();
            }
        }
    }

    private void overtakeLinks() {
        for (Cable cable : world.network().live()) {
            if (chance.oneIn(2)) {
                cable.breakLate();
            }
        }
    }

    private void handOver() {
        List<Tenure> tenures = world.tenures();
        if (!tenures.isEmpty()) {
            Tenure tenure = chance.pick(tenures);
            ServerId to = chance.pick(world.servers()).id();
            boolean toAnybody = chance.oneIn(2);
            tenure.life()
                    .run(() -> {
                        if (toAnybody) {
                            tenure.coordinator().resign("nobody asks it to stay");
                        } else {
                            tenure.seat().handOver(to);
                        }
                    });
        }
    }

    /**
     * Only where every extent with a mirror there has another that is in sync, and nobody may be
     * about to take that out: the last good copy is never thrown away.
     */
    private void replaceDevice(Server server) {
        if (world.metadata().setsMayShrink() || disaster.goesOn()) {
            return;
        }
        for (ExtentRow row : world.rows()) {
            boolean here =
                    row.inSync().stream()
                            .anyMatch(m -> world.location(m).server().equals(server.id()));
            long elsewhere =
                    world.trustedMembers(row.id()).stream()
                            .filter(m -> !world.location(m.id()).server().equals(server.id()))
                            .count();
            if (here && elsewhere == 0) {
                return;
            }
        }
        server.replaceDevice();
        restartLater(server);
    }

    /** Spoils one copy of a block of which there is another. */
    private void rot() {
        ExtentRow row = chance.pick(world.rows());
        List<ModelMirror> members = world.trustedMembers(row.id());
        if (members.size() < 2) {
            return;
        }
        ModelMirror victim = chance.pick(members);
        List<Integer> blocks = new ArrayList<>();
        for (int block = 0; block < victim.blocks(); block++) {
            if (victim.cell(block).hasData() && !rottenSomewhere(row, block)) {
                blocks.add(block);
            }
        }
        if (!blocks.isEmpty()) {
            victim.rot(chance.pick(blocks), true);
        }
    }

    private boolean rottenSomewhere(ExtentRow row, int block) {
        for (MirrorId mirror : row.mirrors()) {
            if (world.stored(mirror).filter(m -> m.cell(block).rotten()).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** Ends all faults: what is down starts, what is broken is mended. */
    void relent() {
        over = true;
        disaster.relent();
        world.trace().add("nemesis", "relents");
        world.network().mendAll();
        world.network().slowest(Nanos.millis(2));
        world.metadata().down(false);
        world.metadata().lossPercent(0);
        for (Server server : world.servers()) {
            server.cutFromMetadata(false);
            boolean goesOn =
                    server.number() == 0
                            && world.servers().size() > world.setup().mirrors()
                            && chance.oneIn(3);
            world.metadata().own(new Command.DrainServer(server.id(), goesOn));
            server.clock().gain(chance.between(-DRIFT_MILLIONTHS, DRIFT_MILLIONTHS));
            server.device().slowness(1);
            server.device().stall(0);
            server.device().roomAgain();
            server.device().heal();
            if (server.device().broken()) {
                bounce(server);
            }
            server.start();
            server.life().ifPresent(Life::thaw);
        }
    }
}
