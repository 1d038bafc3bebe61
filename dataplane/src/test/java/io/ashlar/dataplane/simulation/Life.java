package io.ashlar.dataplane.simulation;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.mirror.Mirror;
import io.ashlar.dataplane.net.Identity;
import io.ashlar.dataplane.store.StoreRequest;
import io.ashlar.dataplane.store.StoredMirror;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.Holder;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** One process of a server, from its start to its end: its mirrors and its coordinators. */
final class Life {

    private static final long CAPACITY = 1L << 40;

    private final Server server;
    private final World world;
    private final long nonce;
    private final Map<MirrorId, Mirror> mirrors = new HashMap<>();
    private final Map<VolumeId, Seat> seats = new LinkedHashMap<>();
    private final ArrayDeque<Runnable> backlog = new ArrayDeque<>();
    private final FrontEnd frontEnd;
    private boolean frozen;
    private boolean over;
    private boolean registered;

    Life(Server server, long nonce) {
        this.server = server;
        this.world = server.world();
        this.nonce = nonce;
        this.frontEnd = new FrontEnd(this);
    }

    Server server() {
        return server;
    }

    Holder holder() {
        return new Holder(server.id(), nonce);
    }

    /** As it says hello to others. */
    Identity identity() {
        return new Identity(World.CLUSTER, server.id(), nonce);
    }

    FrontEnd frontEnd() {
        return frontEnd;
    }

    long now() {
        return server.clock().now();
    }

    boolean registered() {
        return registered;
    }

    boolean over() {
        return over;
    }

    boolean frozen() {
        return frozen;
    }

    /** Runs an input of this process: now, after it thaws, or never if it has ended. */
    void run(Runnable input) {
        if (over) {
            return;
        }
        if (frozen) {
            backlog.add(input);
        } else {
            input.run();
        }
    }

    /** As {@link #run}, but before whatever else happens after it thaws. */
    void runFirst(Runnable input) {
        if (frozen && !over) {
            backlog.addFirst(input);
        } else {
            run(input);
        }
    }

    void after(long delay, Runnable input) {
        world.agenda().after(delay, () -> run(input));
    }

    void begin() {
        List<StoredMirror> found = server.device().open(this::run);
        for (StoredMirror stored : found) {
            MirrorShell port = new MirrorShell(this, stored.id());
            port.serve(
                    Mirror.recovered(
                            world.plant().recovered(stored), world.setup().timing(), port));
            mirrors.put(stored.id(), port.mirror());
        }
        register();
        after(world.chance().between(0, Nanos.millis(400)), this::heartbeat);
        after(world.chance().between(0, Nanos.seconds(2)), this::dropUnplaced);
    }

    private void register() {
        new Errand(
                        this,
                        new Command.RegisterServer(
                                server.id(),
                                new UUID(0x5, server.number()),
                                nonce,
                                "zone-" + server.number(),
                                new HostPort("127.0.0.1", 7200 + server.number()),
                                new HostPort("127.0.0.1", 10800 + server.number()),
                                List.of(
                                        new Command.OfferedDevice(
                                                server.device().device(), "/disk", CAPACITY))),
                        answer -> registered = true)
                .begin();
    }

    private void heartbeat() {
        world.metadata()
                .ask(
                        this,
                        new Query.Heartbeat(server.id(), nonce),
                        answer -> {
                            if (answer instanceof Answer.Heard heard && !heard.registered()) {
                                register();
                            }
                        });
        after(world.chance().between(Nanos.millis(400), Nanos.millis(600)), this::heartbeat);
    }

    /** What the tables have placed here before and place no longer goes. */
    private void dropUnplaced() {
        world.metadata()
                .ask(
                        this,
                        new Query.ListMirrors(server.id()),
                        answer -> {
                            if (answer instanceof Answer.MirrorsOn placed) {
                                dropUnplaced(placed);
                            }
                        });
        after(world.chance().between(Nanos.millis(700), Nanos.seconds(2)), this::dropUnplaced);
    }

    private void dropUnplaced(Answer.MirrorsOn placed) {
        for (Mirror mirror : List.copyOf(mirrors.values())) {
            if (mirror.exists()
                    && !placed.mirrors().contains(mirror.id())
                    && mirror.id().value() < placed.nextMirrorId()) {
                world.trace().add(server.id().name(), "drops mirror " + mirror.id());
                mirrors.remove(mirror.id());
                server.device().submit(mirror.id(), new StoreRequest.Drop(), done -> {});
            }
        }
    }

    void received(long link, ToMirror message) {
        if (message.request() instanceof MirrorRequest.Fence fence
                && !fence.device().equals(server.device().device())) {
            FromMirror notHere =
                    new FromMirror(
                            message.mirror(),
                            message.epoch(),
                            message.conn(),
                            new MirrorReply.Failed(
                                    ErrorCode.NOT_FOUND, "no device " + fence.device()));
            world.network().link(link).ifPresent(to -> to.reply(notHere));
            return;
        }
        Mirror mirror =
                mirrors.computeIfAbsent(
                        message.mirror(),
                        id -> {
                            MirrorShell port = new MirrorShell(this, id);
                            port.serve(Mirror.absent(id, world.setup().timing(), port));
                            return port.mirror();
                        });
        mirror.received(link, message);
    }

    Seat seat(VolumeId volume) {
        return seats.computeIfAbsent(volume, v -> new Seat(this, world.volume(v)));
    }

    Collection<Seat> seats() {
        return seats.values();
    }

    void freeze() {
        frozen = true;
    }

    void thaw() {
        frozen = false;
        while (!backlog.isEmpty() && !frozen && !over) {
            backlog.remove().run();
        }
    }

    void end() {
        over = true;
        seats.values().forEach(Seat::ended);
        frontEnd.ended();
        world.clients().forEach(client -> client.died(this));
    }
}
