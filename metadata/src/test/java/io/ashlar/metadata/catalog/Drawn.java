package io.ashlar.metadata.catalog;

import static io.ashlar.metadata.catalog.Cluster.GIB;
import static io.ashlar.metadata.catalog.Cluster.device;
import static io.ashlar.metadata.catalog.Cluster.register;
import static io.ashlar.metadata.catalog.Cluster.server;

import io.ashlar.common.id.MirrorId;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.event.Event;
import io.ashlar.metadata.model.ClusterSettings;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.Holder;
import io.ashlar.metadata.model.Lease;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.VolumePolicy;
import io.ashlar.metadata.model.VolumeRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** Draws commands that are often, not always, sensible for the tables as they stand. */
public final class Drawn {

    private static final int SERVERS = 5;
    private static final int NAMES = 8;
    private static final int REQUESTS = 100_000;

    private final MemoryTables tables;
    private final Random random;
    private final List<Event> log = new ArrayList<>();
    private final Repairs repairs = new Repairs();
    private long now;

    /** Forms a cluster in empty tables. */
    public Drawn(MemoryTables tables, long seed) {
        this.tables = tables;
        this.random = new Random(seed);
        apply(new Event.ClusterFormed(Cluster.ID));
    }

    /** Runs so many commands; the events that were applied. */
    public static List<Event> run(MemoryTables tables, long seed, int commands) {
        Drawn drawn = new Drawn(tables, seed);
        for (int i = 0; i < commands; i++) {
            drawn.step();
        }
        return List.copyOf(drawn.log);
    }

    /** Draws a command, plans and applies it. */
    public void step() {
        plan().ifPresent(this::apply);
    }

    private void apply(Event event) {
        Outcome outcome = Applier.apply(tables, event);
        if (outcome instanceof Outcome.Stale(String reason)) {
            throw new AssertionError("planned against these tables and stale: " + reason);
        }
        log.add(event);
    }

    /** Draws a command and plans it. */
    public Optional<Event> plan() {
        return switch (Planner.plan(tables, command())) {
            case Plan.Proposed(Event event) -> Optional.of(event);
            case Plan.Answered _ -> Optional.empty();
        };
    }

    /** From 0 to below the bound. */
    public int upTo(int bound) {
        return random.nextInt(bound);
    }

    /** One of the extents, if there is one. */
    public Optional<ExtentRow> anExtent() {
        return one(tables.extents().rows());
    }

    private <T> Optional<T> one(List<T> rows) {
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(upTo(rows.size())));
    }

    private Command command() {
        int n = 1 + upTo(SERVERS);
        long nonce =
                tables.servers().get(server(n)).map(ServerRow::nonce).orElse(1L)
                        + (upTo(8) == 0 ? 1 : 0);
        String name = "v" + upTo(NAMES);
        return switch (upTo(27)) {
            case 20 -> new Command.DrainServer(server(n), upTo(3) == 0);
            case 21, 22, 23 -> planned(n, nonce);
            case 24 ->
                    anExtent()
                            .<Command>map(this::override)
                            .orElseGet(() -> new Command.ReturnServer(server(n), nonce));
            case 25, 26 ->
                    one(tables.volumes().rows())
                            .<Command>map(v ->
                                    new Command.GrowVolume(
                                            v.id(), v.sizeBytes() + 512L * upTo(1 << 20)))
                            .orElseGet(() -> new Command.ReturnServer(server(n), nonce));
            case 0 -> register(n, nonce, "zone-" + n % 3, (1 + upTo(4)) * GIB);
            case 1 -> new Command.ExpireServer(server(n), nonce);
            case 2 -> new Command.ReturnServer(server(n), nonce);
            case 3 -> new Command.ReportDevice(server(n), device(n), upTo(4) == 0);
            case 4, 5 ->
                    new Command.CreateVolume(
                            new UUID(1, upTo(REQUESTS)),
                            name,
                            512L * (1 + upTo(1 << 20)),
                            1L << (20 + upTo(8)) << 2,
                            new VolumePolicy(1 + upTo(4), 1));
            case 6 -> new Command.DeleteVolume(name, upTo(2) == 0);
            case 7, 8, 9 ->
                    one(tables.volumes().rows())
                            .<Command>map(v ->
                                    new Command.AcquireLease(
                                            v.id(), new Holder(server(n), nonce), upTo(10) == 0))
                            .orElseGet(() -> new Command.DeleteVolume(name, false));
            case 10 ->
                    one(tables.volumes().rows())
                            .flatMap(this::release)
                            .orElseGet(() -> new Command.ExpireServer(server(n), nonce));
            default ->
                    anExtent()
                            .<Command>map(
                                    e -> new Command.ChangeMembers(List.of(change(e), change(e))))
                            .orElseGet(() -> register(n, nonce, "zone-" + n % 3, GIB));
        };
    }

    /** What the leader's planner wants, some of it; years may pass between two looks. */
    private Command planned(int n, long nonce) {
        now += upTo(4) * ClusterSettings.DEFAULT.repairAfter().toNanos() / 2;
        return one(repairs.due(tables, now))
                .orElseGet(() -> new Command.ReturnServer(server(n), nonce));
    }

    private Command override(ExtentRow e) {
        MirrorId mirror = e.mirrors().get(upTo(e.mirrors().size()));
        return new Command.OverrideInSync(
                e.id(), e.setVersion() - upTo(8) / 7, mirror, "op", "lost", upTo(3));
    }

    private Optional<Command> release(VolumeRow volume) {
        Lease lease = volume.lease();
        return lease.holder()
                .map(h -> new Command.ReleaseLease(volume.id(), h, lease.epoch() - upTo(2)));
    }

    private Command.MemberChange change(ExtentRow e) {
        long epoch = tables.volumes().get(e.volume()).orElseThrow().lease().epoch() - upTo(8) / 7;
        long version = e.setVersion() + upTo(2);
        MirrorId mirror = e.mirrors().get(upTo(e.mirrors().size()));
        return switch (upTo(4)) {
            case 3 -> new Command.RecordLossTold(e.id(), epoch, version, upTo(3));
            case 0 -> new Command.RemoveMember(e.id(), epoch, version, mirror);
            case 1 -> new Command.AddMember(e.id(), epoch, version, mirror);
            default ->
                    new Command.Activate(
                            e.id(),
                            epoch,
                            version,
                            e.inSync().subList(0, 1 + upTo(e.inSync().size())),
                            1 + upTo(1000),
                            upTo(10) == 0);
        };
    }
}
