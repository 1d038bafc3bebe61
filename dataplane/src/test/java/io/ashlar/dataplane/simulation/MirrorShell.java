package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.mirror.Mirror;
import io.ashlar.dataplane.mirror.MirrorPort;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import java.util.Optional;
import java.util.function.Consumer;

/** What the real shell is to a mirror: its clock, its links, its device. */
final class MirrorShell implements MirrorPort {

    private final Life life;
    private final MirrorId id;
    private final World world;
    private Optional<Mirror> served = Optional.empty();

    MirrorShell(Life life, MirrorId id) {
        this.life = life;
        this.id = id;
        this.world = life.server().world();
    }

    void serve(Mirror mirror) {
        served = Optional.of(mirror);
    }

    Mirror mirror() {
        return served.orElseThrow();
    }

    MirrorId id() {
        return id;
    }

    Life life() {
        return life;
    }

    @Override
    public long now() {
        return life.server().clock().now();
    }

    @Override
    public void say(long link, FromMirror reply) {
        world.trace().add(life.server().id().name(), reply);
        world.network().link(link).ifPresent(to -> world.plant().say(this, to, reply));
    }

    @Override
    public void submit(StoreRequest request, Consumer<StoreAnswer> answer) {
        world.plant().submit(this, request, answer);
    }

    @Override
    public long roomBytes() {
        return life.server().device().roomBytes();
    }

    @Override
    public void wakeAt(long nanos) {
        long late = world.chance().skewed(0, Nanos.millis(20));
        life.after(life.server().clock().until(nanos) + late, () -> mirror().tick());
    }
}
