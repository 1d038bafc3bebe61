package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.coordinator.ByteAccess;
import io.ashlar.dataplane.coordinator.CoordinatorPort;
import io.ashlar.dataplane.coordinator.Note;
import io.ashlar.dataplane.coordinator.VolumeCoordinator;
import io.ashlar.dataplane.forward.Way;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.resync.CopyBudget;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.VolumeView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A coordinator under one epoch, with its links, its clients and its errands. */
final class Tenure implements CoordinatorPort {

    /** An idle coordinator keeps its lease this long. */
    private static final long LINGER = Nanos.seconds(1);

    private final Seat seat;
    private final World world;
    private final long epoch;
    private final VolumeCoordinator coordinator;
    private final ByteAccess bytes;
    private final Map<ServerId, Link> links = new LinkedHashMap<>();
    private final List<Errand> errands = new ArrayList<>();
    private final Set<Attachment> attachments = new LinkedHashSet<>();
    private long neededAt;
    private boolean serving;
    private boolean over;
    private boolean settled;

    Tenure(Seat seat, long epoch, VolumeView view) {
        this.seat = seat;
        this.epoch = epoch;
        this.world = seat.life().server().world();
        coordinator =
                new VolumeCoordinator(
                        World.CLUSTER,
                        epoch,
                        view,
                        server().id(),
                        world.setup().timing(),
                        new CopyBudget(world.setup().copyBytesPerSecond(), now()),
                        this);
        bytes = new ByteAccess(coordinator);
        neededAt = world.agenda().now();
    }

    Seat seat() {
        return seat;
    }

    Volume volume() {
        return seat.volume();
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

    /** Once: those who had it open are to learn of its end. */
    boolean settle() {
        boolean first = !settled;
        settled = true;
        return first;
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
            letGoIfIdle();
        }
        if (!over) {
            life().after(world.chance().between(Nanos.millis(20), Nanos.millis(40)), this::tick);
        }
    }

    private void letGoIfIdle() {
        if (!serving || !attachments.isEmpty() || seat.awaited() || coordinator.resyncing()) {
            neededAt = world.agenda().now();
        } else if (world.agenda().now() - neededAt > LINGER && !over) {
            coordinator.resign("nobody needs it");
        }
    }

    private void followPlans() {
        world.metadata()
                .ask(
                        life(),
                        new Query.ReadVolume(volume().id()),
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
        if (world.network().reaches(life(), other)) {
            links.put(to, world.network().link(this, other.life().orElseThrow()));
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

    /** Opens the volume for somebody. */
    Way way() {
        Attachment made =
                new Attachment(this, world.plant().connection(this, coordinator.connect()));
        attachments.add(made);
        List<ExtentRow> rows =
                coordinator.status().stream().map(VolumeCoordinator.ExtentStatus::row).toList();
        return new Way(
                made,
                server().id(),
                epoch,
                rows.stream().mapToLong(ExtentRow::lossyActivations).sum(),
                rows.stream().anyMatch(ExtentRow::lossUntold));
    }

    void detached(Attachment attachment) {
        attachments.remove(attachment);
    }

    /** Nothing new is executed. */
    void hold() {
        attachments.forEach(Attachment::hold);
    }

    /** Those who have it open learn that it is served here no more. */
    void lose() {
        List<Attachment> lost = List.copyOf(attachments);
        attachments.clear();
        lost.forEach(Attachment::lost);
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
    }

    @Override
    public String toString() {
        return server().id() + "/" + epoch;
    }
}
