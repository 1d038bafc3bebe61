package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.coordinator.ByteAccess;
import io.ashlar.dataplane.coordinator.Connection;
import io.ashlar.dataplane.coordinator.CoordinatorPort;
import io.ashlar.dataplane.coordinator.Note;
import io.ashlar.dataplane.coordinator.VolumeCoordinator;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.resync.CopyBudget;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.VolumeView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A coordinator under one epoch, with its links, its clients and its errands. */
final class Tenure implements CoordinatorPort {

    private final Seat seat;
    private final World world;
    private final long epoch;
    private final VolumeCoordinator coordinator;
    private final ByteAccess bytes;
    private final Map<ServerId, Link> links = new LinkedHashMap<>();
    private final List<Errand> errands = new ArrayList<>();
    private final Map<Client, Long> connections = new HashMap<>();
    private final Map<Client, Connection> opened = new HashMap<>();
    private final Set<Client> clients = new LinkedHashSet<>();
    private boolean serving;
    private boolean over;

    Tenure(Seat seat, long epoch, VolumeView view) {
        this.seat = seat;
        this.epoch = epoch;
        this.world = seat.life().server().world();
        coordinator =
                new VolumeCoordinator(
                        new ClusterId(new UUID(7, 7)),
                        epoch,
                        view,
                        server().id(),
                        world.setup().timing(),
                        new CopyBudget(world.setup().copyBytesPerSecond(), now()),
                        this);
        bytes = new ByteAccess(coordinator);
    }

    Server server() {
        return life().server();
    }

    Life life() {
        return seat.life();
    }

    long epoch() {
        return epoch;
    }

    VolumeCoordinator coordinator() {
        return coordinator;
    }

    ByteAccess bytes() {
        return bytes;
    }

    boolean serves() {
        return serving && !over;
    }

    boolean over() {
        return over;
    }

    World world() {
        return world;
    }

    void begin() {
        world.trace().add(server().id().name(), "coordinates under epoch " + epoch);
        List.copyOf(coordinator.servers()).forEach(this::connect);
        tick();
        followPlans();
    }

    private void tick() {
        if (!over) {
            coordinator.tick();
            life().after(world.chance().between(Nanos.millis(20), Nanos.millis(40)), this::tick);
        }
    }

    private void followPlans() {
        world.metadata()
                .ask(
                        life(),
                        new Query.ReadVolume(seat.volume()),
                        answer -> {
                            if (!over && answer instanceof Answer.Volume shown) {
                                replanned(shown.view());
                            }
                        });
        life().after(
                        world.chance().between(Nanos.millis(300), Nanos.seconds(1)),
                        () -> {
                            if (!over) {
                                followPlans();
                            }
                        });
    }

    private void replanned(VolumeView view) {
        Set<ServerId> before = Set.copyOf(coordinator.servers());
        coordinator.replanned(view);
        for (ServerId server : List.copyOf(coordinator.servers())) {
            if (!before.contains(server)) {
                connect(server);
            }
        }
    }

    private void connect(ServerId to) {
        if (over) {
            return;
        }
        Server other = world.server(to);
        Optional<Life> there = other.life();
        boolean reachable =
                there.isPresent()
                        && !there.get().frozen()
                        && !world.network().isCut(server(), other)
                        && !world.network().isCut(other, server());
        if (reachable) {
            links.put(to, world.network().link(this, there.get()));
            coordinator.link(to, true);
        } else {
            life().after(
                            world.chance().between(Nanos.millis(20), Nanos.millis(150)),
                            () -> connect(to));
        }
    }

    void linkBroke(Link link) {
        ServerId to = link.mirrors().server().id();
        if (!over && links.remove(to, link)) {
            world.trace().add(server().id().name(), "epoch " + epoch + " lost its link to " + to);
            coordinator.link(to, false);
            life().after(
                            world.chance().between(Nanos.millis(1), Nanos.millis(150)),
                            () -> connect(to));
        }
    }

    void received(FromMirror message) {
        if (!over) {
            coordinator.received(message);
        }
    }

    // ---- clients ----

    /** A client's connection begins; what is still unread of its older ones is discarded. */
    void attached(Client client, long connection) {
        connections.put(client, connection);
        clients.add(client);
        opened.put(client, world.plant().connection(this, coordinator.connect()));
    }

    /** As the coordinator knows the newest connection of a client. */
    Connection connection(Client client) {
        return Optional.ofNullable(opened.get(client)).orElseThrow();
    }

    boolean hears(Client client, long connection) {
        return !over && connections.getOrDefault(client, -1L) == connection;
    }

    // ---- CoordinatorPort ----

    @Override
    public long now() {
        return server().clock().now();
    }

    @Override
    public void send(ServerId to, ToMirror message) {
        Link link = links.get(to);
        if (link != null) {
            world.trace().add(server().id().name(), message);
            world.watch().sent(this, to, message);
            world.plant().send(this, link, message);
        }
    }

    @Override
    public void propose(Command.MemberChange change) {
        Errand errand =
                new Errand(
                        life(),
                        new Command.ChangeMembers(List.of(change)),
                        answer -> {
                            if (answer instanceof Answer.MembersChanged changed) {
                                changed(change, changed.results().getFirst());
                            }
                        });
        errands.add(errand);
        world.plant().propose(this, change, errand);
    }

    void changed(Command.MemberChange change, Answer.MemberResult result) {
        if (!over) {
            coordinator.changed(change, result);
        }
    }

    @Override
    public void serving() {
        // Within a call of the coordinator: whoever waited may call it again only afterwards.
        serving = true;
        life().after(0, seat::serves);
    }

    @Override
    public void resigned(String why) {
        world.trace().add(server().id().name(), "epoch " + epoch + " resigned: " + why);
        ended();
        life().after(0, () -> seat.resigned(this));
    }

    @Override
    public void noted(Note note) {
        world.trace().add(server().id().name(), note);
        world.watch().noted(this, note);
    }

    /** Nothing is answered any more. */
    void ended() {
        over = true;
        links.values().forEach(Link::letGo);
        links.clear();
        errands.forEach(Errand::abandon);
        clients.forEach(client -> client.lost(this));
    }

    @Override
    public String toString() {
        return server().id() + "/" + epoch;
    }
}
