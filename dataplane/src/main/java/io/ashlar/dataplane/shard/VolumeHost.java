package io.ashlar.dataplane.shard;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.coordinator.ByteAccess;
import io.ashlar.dataplane.coordinator.CoordinatorPort;
import io.ashlar.dataplane.coordinator.Note;
import io.ashlar.dataplane.coordinator.VolumeCoordinator;
import io.ashlar.dataplane.forward.Debt;
import io.ashlar.dataplane.forward.Way;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.resync.CopyBudget;
import io.ashlar.dataplane.volume.ExportInfo;
import io.ashlar.dataplane.volume.Reply;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.Holder;
import io.ashlar.metadata.model.VolumeView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One volume on this server: acquires its lease when a client attaches or a mirror is to be brought
 * back, runs its coordinator, and lets the lease go when nobody needs it. On the shard's loop.
 *
 * <p>Guarantees that an epoch is used by one coordinator object only, for the life of the process.
 */
public final class VolumeHost {

    private static final Logger LOG = LoggerFactory.getLogger(VolumeHost.class);

    /** An idle coordinator keeps its lease this long, for the client that comes right back. */
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(1000);

    /** For requests under way to be answered before a handover; what is not is asked again. */
    private static final long DRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** For a successor to take over before the clients look for themselves. */
    private static final long PASS_ON_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);

    private final VolumeId id;
    private String name;
    private final Shard shard;
    private final Set<Attachment> attachments = new LinkedHashSet<>();
    private final Debt debt = new Debt();
    private final List<Reply<Way>> waiting = new ArrayList<>();
    private boolean acquiring;
    private Optional<ServerId> successor = Optional.empty();
    private long usedEpoch;
    private @Nullable Service service;
    private long neededAt = System.nanoTime();

    VolumeHost(VolumeId id, String name, Shard shard) {
        this.id = id;
        this.name = name;
        this.shard = shard;
    }

    /** One epoch of service. */
    private static final class Service {
        private final VolumeCoordinator coordinator;
        private final CopyBudget budget;
        private final ByteAccess bytes;
        private final ExportInfo info;
        private boolean serving;
        private boolean copying;

        Service(VolumeCoordinator coordinator, CopyBudget budget, ExportInfo info) {
            this.coordinator = coordinator;
            this.budget = budget;
            this.bytes = new ByteAccess(coordinator);
            this.info = info;
        }
    }

    /** What this server's clients of the volume have been acknowledged and not flushed. */
    Debt debt() {
        return debt;
    }

    VolumeId id() {
        return id;
    }

    String name() {
        return name;
    }

    /**
     * Opens the volume for a client, taking it over if its lease can be had at once; else fails
     * with {@code HELD}.
     */
    public void attach(Reply<Way> reply) {
        neededAt = System.nanoTime();
        Service now = service;
        if (now != null && serving()) {
            reply.done(way(now));
        } else {
            waiting.add(reply);
            acquire();
        }
    }

    /** Whether a client could attach at once. */
    public boolean serving() {
        Service now = service;
        return now != null && now.serving && successor.isEmpty();
    }

    void named(String now) {
        name = now;
    }

    /** Coordinates the volume if nobody does, so that its mirrors come back. */
    public void care() {
        acquire();
    }

    private Way way(Service now) {
        Attachment attachment =
                new Attachment(now.info, shard.loop(), now.bytes, this, now.coordinator.connect());
        attachments.add(attachment);
        return new Way(attachment, shard.local().server(), usedEpoch, losses(), untold());
    }

    void detached(Attachment attachment) {
        attachments.remove(attachment);
        neededAt = System.nanoTime();
    }

    private void acquire() {
        if (service != null || acquiring || successor.isPresent()) {
            return;
        }
        acquiring = true;
        shard.control()
                .acquire(id, usedEpoch, answer -> shard.loop().execute(() -> acquired(answer)));
    }

    private void acquired(Answer answer) {
        acquiring = false;
        switch (answer) {
            case Answer.LeaseGranted granted -> coordinate(granted.epoch(), granted.view());
            case Answer.Rejected rejected -> fail(rejected.code(), rejected.message());
            default -> fail(ErrorCode.UNAVAILABLE, "the metadata group answered " + answer);
        }
    }

    private void fail(ErrorCode code, String message) {
        List<Reply<Way>> failed = List.copyOf(waiting);
        waiting.clear();
        failed.forEach(reply -> reply.failed(code, message));
    }

    private void coordinate(long epoch, VolumeView view) {
        if (epoch <= usedEpoch) {
            throw new IllegalStateException("epoch " + epoch + " of volume " + id + " again");
        }
        usedEpoch = epoch;
        name = view.volume().name();
        neededAt = System.nanoTime();
        LOG.info("volume {}: taking over under epoch {}", name, epoch);
        Port port = new Port();
        CopyBudget budget = new CopyBudget(shard.local().copies().forOneVolume(), port.now());
        VolumeCoordinator coordinator =
                new VolumeCoordinator(
                        shard.local().cluster(),
                        epoch,
                        view,
                        shard.local().server(),
                        shard.local().timing(),
                        budget,
                        port);
        ExportInfo export =
                new ExportInfo(name, view.volume().sizeBytes(), Optional.of(view.volume().id()));
        service = new Service(coordinator, budget, export);
        shard.coordinates(this, mirrors(view));
        for (ServerId server : List.copyOf(coordinator.servers())) {
            link(coordinator, server);
        }
    }

    void received(FromMirror message) {
        Service now = service;
        if (now != null) {
            guarded(now, () -> now.coordinator.received(message));
        }
    }

    void linked(ServerId server, boolean up) {
        Service now = service;
        if (now != null && now.coordinator.servers().contains(server)) {
            guarded(now, () -> now.coordinator.link(server, up));
        }
    }

    /**
     * A broken invariant fences the volume: this epoch answers nothing more, the next may go on.
     */
    private void guarded(Service now, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("volume {}: broken invariant under epoch {}", name, usedEpoch, e);
            now.coordinator.resign("a broken invariant: " + e);
        }
    }

    void tick() {
        Service now = service;
        if (now == null) {
            return;
        }
        share(now, now.coordinator.resyncing());
        guarded(now, now.coordinator::tick);
        // A takeover may take longer than an idle lease is kept: what it is for begins after it.
        boolean needed =
                !now.serving
                        || !attachments.isEmpty()
                        || !waiting.isEmpty()
                        || now.coordinator.resyncing();
        if (needed) {
            neededAt = System.nanoTime();
        } else if (System.nanoTime() - neededAt > LINGER_NANOS) {
            stepDown("nobody needs it");
        }
    }

    private void share(Service now, boolean copies) {
        if (copies != now.copying) {
            now.copying = copies;
            shard.local().copies().copying(copies);
        }
        now.budget.rate(shard.local().copies().forOneVolume(), System.nanoTime());
    }

    /** Whether mirrors of it are about to come or go, or are missing. */
    public boolean unsettled() {
        Service now = service;
        return now != null && now.coordinator.unsettled();
    }

    /**
     * The volume's rows as they are now: its mirrors may be planned elsewhere, or its lease may
     * have been ended by an override.
     */
    public void replanned(VolumeView view) {
        Service now = service;
        if (now == null) {
            // The lease is this server's, perhaps without its knowing: a grant's answer can be
            // lost.
            acquire();
            return;
        }
        Set<ServerId> before = new HashSet<>(now.coordinator.servers());
        guarded(now, () -> now.coordinator.replanned(view));
        if (service != now) {
            return;
        }
        shard.coordinates(this, mirrors(view));
        for (ServerId server : List.copyOf(now.coordinator.servers())) {
            if (!before.contains(server)) {
                link(now.coordinator, server);
            }
        }
    }

    private static List<MirrorId> mirrors(VolumeView view) {
        return view.extents().stream().flatMap(e -> e.mirrors().stream()).toList();
    }

    private void link(VolumeCoordinator coordinator, ServerId server) {
        boolean up = server.equals(shard.local().server()) || shard.links().want(server);
        coordinator.link(server, up);
    }

    /** Lets the volume go. */
    void stepDown(String why) {
        Service now = service;
        if (now != null) {
            now.coordinator.resign(why);
        }
    }

    /** How the volume stands here; empty if this server does not coordinate it. */
    public List<ExtentRow> coordinated() {
        Service now = service;
        return now == null
                ? List.of()
                : now.coordinator.status().stream()
                        .map(VolumeCoordinator.ExtentStatus::row)
                        .toList();
    }

    /** How often this volume has gone on after a power cut of every in-sync mirror. */
    private long losses() {
        return coordinated().stream().mapToLong(ExtentRow::lossyActivations).sum();
    }

    private boolean untold() {
        return coordinated().stream().anyMatch(ExtentRow::lossUntold);
    }

    // ---- handover ----

    /**
     * Hands the volume to another server: 1. nothing new is executed, 2. what is under way is
     * answered, 3. the epoch ends and the lease is released, 4. the successor is made to take it
     * over, 5. only then the attachments are lost, so that whoever asks again finds the successor.
     */
    void handOver(long epoch, ServerId to) {
        Service now = service;
        if (now == null || epoch != usedEpoch || !serving() || to.equals(self().server())) {
            return;
        }
        LOG.info("volume {}: epoch {} is to end, for server {}", name, usedEpoch, to);
        successor = Optional.of(to);
        attachments.forEach(Attachment::hold);
        endWhenQuiet(now, System.nanoTime() + DRAIN_NANOS);
    }

    private void endWhenQuiet(Service ending, long deadline) {
        if (service != ending) {
            return;
        }
        if (ending.coordinator.quiet() || System.nanoTime() - deadline > 0) {
            ending.coordinator.resign("handed over");
        } else {
            Future<?> _ =
                    shard.loop()
                            .schedule(
                                    () -> endWhenQuiet(ending, deadline), 1, TimeUnit.MILLISECONDS);
        }
    }

    private void passOn(ServerId to, List<Attachment> held, Command release) {
        Runnable settled =
                once(() -> {
                    successor = Optional.empty();
                    held.forEach(Attachment::lost);
                    fail(
                            ErrorCode.HELD,
                            "volume '" + name + "' is handed over to server '" + to + "'");
                });
        Future<?> _ = shard.loop().schedule(settled, PASS_ON_NANOS, TimeUnit.NANOSECONDS);
        shard.control()
                .submit(
                        release,
                        answer ->
                                shard.execute(() ->
                                        shard.forwarder().open(id, name, to, thenLeave(settled))));
    }

    /** With the session open, clients find it; without clients it is left again. */
    private static Reply<Way> thenLeave(Runnable settled) {
        return new Reply<>() {
            @Override
            public void done(Way way) {
                settled.run();
                way.volume().detach();
            }

            @Override
            public void failed(ErrorCode code, String message) {
                settled.run(); // they find whoever has it
            }
        };
    }

    private static Runnable once(Runnable action) {
        AtomicBoolean done = new AtomicBoolean();
        return () -> {
            if (done.compareAndSet(false, true)) {
                action.run();
            }
        };
    }

    private Holder self() {
        return new Holder(shard.local().server(), shard.local().nonce());
    }

    private void resigned(String why) {
        LOG.info("volume {}: epoch {} ends: {}", name, usedEpoch, why);
        Service ended = service;
        if (ended != null) {
            share(ended, false);
        }
        service = null;
        shard.coordinatesNot(this);
        List<Attachment> lost = List.copyOf(attachments);
        attachments.clear();
        Command release = new Command.ReleaseLease(id, self(), usedEpoch);
        if (successor.isPresent()) {
            passOn(successor.get(), lost, release);
            return;
        }
        lost.forEach(Attachment::lost);
        // Attaching again needs another epoch; asking for it returns this one if the release fails.
        shard.control().submit(release, answer -> {});
        if (!waiting.isEmpty()) {
            acquire();
        }
    }

    private final class Port implements CoordinatorPort {

        @Override
        public long now() {
            return System.nanoTime();
        }

        @Override
        public void send(ServerId server, ToMirror message) {
            shard.send(server, message);
        }

        @Override
        public void propose(Command.MemberChange change) {
            long epoch = change.epoch();
            shard.control()
                    .propose(
                            change,
                            (proposed, result) ->
                                    shard.loop().execute(() -> changed(epoch, proposed, result)));
        }

        @Override
        public void serving() {
            Service now = service;
            if (now == null) {
                return;
            }
            now.serving = true;
            LOG.info("volume {}: serving under epoch {}", name, usedEpoch);
            List<Reply<Way>> ready = List.copyOf(waiting);
            waiting.clear();
            ready.forEach(reply -> reply.done(way(now)));
        }

        @Override
        public void resigned(String why) {
            VolumeHost.this.resigned(why);
        }

        @Override
        public void noted(Note note) {
            shard.control().noted(name, note);
        }
    }

    private void changed(long epoch, Command.MemberChange change, Answer.MemberResult result) {
        Service now = service;
        if (now != null && now.coordinator.epoch() == epoch) {
            guarded(now, () -> now.coordinator.changed(change, result));
        }
    }
}
