package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.ServerId;
import java.util.Optional;
import java.util.UUID;

/** A machine: its clock and device outlive its processes. */
final class Server {

    private final World world;
    private final int number;
    private final ServerId id;
    private final DriftingClock clock;
    private ModelDevice device;
    private int devices;
    private long replacedAt;
    private Optional<Life> life = Optional.empty();
    private long lives;
    private boolean cutFromMetadata;
    private boolean keptDown;

    Server(World world, int number) {
        this.world = world;
        this.number = number;
        this.id = new ServerId("s" + number);
        this.clock =
                new DriftingClock(
                        world.agenda(), world.chance().between(0, Nanos.seconds(1_000_000)));
        this.device = newDevice();
    }

    private ModelDevice newDevice() {
        return new ModelDevice(
                new DeviceId(new UUID(0xD, 100L * devices++ + number)),
                world.agenda(),
                world.chance().split(),
                world.watch());
    }

    /** Its device is thrown away while it is down; it comes back with an empty one. */
    void replaceDevice() {
        stop("gets a new device", false);
        device.crash();
        device = newDevice();
        replacedAt = world.agenda().now();
    }

    /** True time at which it last got another device; 0 if it has its first. */
    long replacedAt() {
        return replacedAt;
    }

    World world() {
        return world;
    }

    int number() {
        return number;
    }

    ServerId id() {
        return id;
    }

    DriftingClock clock() {
        return clock;
    }

    ModelDevice device() {
        return device;
    }

    /** The process that runs now. */
    Optional<Life> life() {
        return life;
    }

    boolean cutFromMetadata() {
        return cutFromMetadata;
    }

    void cutFromMetadata(boolean yes) {
        cutFromMetadata = yes;
    }

    /** While it is kept down nothing starts it. */
    void keepDown(boolean yes) {
        keptDown = yes;
    }

    /** Starts a process, unless one runs. */
    void start() {
        if (life.isEmpty() && !keptDown) {
            lives++;
            world.trace().add(id.name(), "starts process " + lives);
            Life begun = new Life(this, world.plant().nonce(this, number * 1_000L + lives));
            life = Optional.of(begun);
            begun.begin();
        }
    }

    /** Kill -9. */
    void crash() {
        stop("crashes", false);
        device.crash();
    }

    /** The power goes: unsynced writes may be lost, and nobody is told. */
    void losePower() {
        stop("loses power", true);
        device.losePower();
    }

    /** An orderly stop, as before a reboot. */
    void shutDown() {
        stop("shuts down", false);
        device.close();
    }

    private void stop(String how, boolean silently) {
        life.ifPresent(ending -> {
            world.trace().add(id.name(), how);
            ending.end();
            life = Optional.empty();
            world.network().died(ending, silently);
        });
    }

    @Override
    public String toString() {
        return id.name();
    }
}
