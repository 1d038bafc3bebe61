package io.ashlar.metadata.catalog;

import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.VolumeRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Plans where mirrors are to be when a server or device has been gone for longer than the grace
 * period, or a server is to be drained: first one more mirror, then, once enough that stay are in
 * sync, the old one goes. Never the other way round, and never a member of an in-sync set. The
 * leader plans; every peer watches how long something has been gone ({@link Absences}), for it may
 * lead next. For one thread.
 *
 * <p>What follows from the tables is planned, not what was planned before: a server that returns in
 * time gets its mirrors back, and whichever copy is not needed goes.
 */
public final class Repairs {

    /** Bounds what one look puts into the log. */
    private static final int PLANS_AT_ONCE = 64;

    /** An extent has at most so many times the mirrors that it should have, gone ones included. */
    private static final int MOST_PER_WANTED = 2;

    private final Absences absences = new Absences();
    private boolean settled;

    /** A new leadership begins. */
    public void restart() {
        settled = false;
    }

    /** A look at the tables of a peer that does not lead; time as for {@link #due}. */
    public void watch(TablesView tables, long now) {
        absences.watch(tables, now);
    }

    /** What has to be planned now; time in nanoseconds of any monotonic clock. */
    public List<Command> due(TablesView tables, long now) {
        long grace = tables.cluster().settings().repairAfter().toNanos();
        absences.watch(tables, now);
        Set<DeviceId> leaving = leaving(tables, now, grace);
        if (leaving.isEmpty() && settled) {
            return List.of();
        }
        Placement placement = Placement.over(tables);
        List<Command> due = new ArrayList<>();
        boolean allSettled = true;
        for (ExtentRow row : tables.extents().rows()) {
            VolumeRow volume = tables.volumes().get(row.volume()).orElseThrow();
            Optional<Command> plan = plan(tables, placement, leaving, row, volume);
            allSettled &=
                    plan.isEmpty()
                            && row.retiring().isEmpty()
                            && row.mirrors().size() == volume.policy().mirrors();
            plan.ifPresent(due::add);
            if (due.size() == PLANS_AT_ONCE) {
                return due;
            }
        }
        settled = allSettled;
        return due;
    }

    /** Devices whose mirrors should be elsewhere. */
    private Set<DeviceId> leaving(TablesView tables, long now, long grace) {
        Set<ServerId> servers = new HashSet<>();
        for (ServerRow server : tables.servers().rows()) {
            if (server.draining() || absences.gone(server.id(), grace, now)) {
                servers.add(server.id());
            }
        }
        Set<DeviceId> leaving = new HashSet<>();
        for (DeviceRow device : tables.devices().rows()) {
            boolean lost = absences.failed(device.id(), grace, now);
            boolean holdsAny =
                    tables.usage().get(device.id()).filter(u -> u.mirrors() > 0).isPresent();
            if (holdsAny && (lost || servers.contains(device.server()))) {
                leaving.add(device.id());
            }
        }
        return leaving;
    }

    private static Optional<Command> plan(
            TablesView tables,
            Placement placement,
            Set<DeviceId> leaving,
            ExtentRow row,
            VolumeRow volume) {
        int wanted = volume.policy().mirrors();
        List<MirrorId> staying = new ArrayList<>();
        List<MirrorId> retiring = new ArrayList<>();
        for (MirrorId mirror : row.mirrors()) {
            (leaving.contains(at(tables, mirror).device()) ? retiring : staying).add(mirror);
        }
        retireSurplus(row, wanted, staying, retiring);
        List<MirrorId> kept = new ArrayList<>(row.mirrors());
        // While members do not answer, an operator may need any other, however old it is (P6).
        List<MirrorId> answering =
                row.inSync().stream().filter(m -> Overrides.withinReach(tables, m)).toList();
        if (answering.stream().filter(staying::contains).count() >= wanted) {
            kept.removeIf(m -> retiring.contains(m) && !row.inSync().contains(m));
        } else if (!answering.isEmpty()
                && staying.size() < wanted
                && kept.size() >= MOST_PER_WANTED * wanted) {
            // Lost again and again before it was in sync: what is of no use makes room.
            retiring.stream()
                    .filter(m -> !row.inSync().contains(m))
                    .findFirst()
                    .ifPresent(kept::remove);
        }
        retiring.retainAll(kept);
        Optional<DeviceId> addOn =
                staying.size() < wanted && kept.size() < MOST_PER_WANTED * wanted
                        ? place(tables, placement, staying, volume.extentSize(row.index()))
                        : Optional.empty();
        // Nothing retires for which there is no place: it would only stop being brought back.
        boolean nowhere = staying.size() < wanted && addOn.isEmpty();
        List<MirrorId> next = nowhere ? List.of() : retiring;
        boolean stands =
                kept.equals(row.mirrors()) && next.equals(row.retiring()) && addOn.isEmpty();
        return stands
                ? Optional.empty()
                : Optional.of(
                        new Command.PlanMirrors(row.id(), row.planVersion(), kept, next, addOn));
    }

    /** Of too many, those go that are not in sync, and the newest first. */
    private static void retireSurplus(
            ExtentRow row, int wanted, List<MirrorId> staying, List<MirrorId> retiring) {
        long inSync = row.inSync().stream().filter(staying::contains).count();
        for (boolean member : new boolean[] {false, true}) {
            for (MirrorId mirror : List.copyOf(staying).reversed()) {
                if (inSync >= wanted
                        && staying.size() > wanted
                        && row.inSync().contains(mirror) == member) {
                    staying.remove(mirror);
                    retiring.add(mirror);
                }
            }
        }
    }

    private static Optional<DeviceId> place(
            TablesView tables, Placement placement, List<MirrorId> staying, long bytes) {
        Set<ServerId> servers = new HashSet<>();
        Set<String> zones = new HashSet<>();
        for (MirrorId mirror : staying) {
            ServerId server = at(tables, mirror).server();
            servers.add(server);
            zones.add(tables.servers().get(server).orElseThrow().zone());
        }
        return placement.placeOne(servers, zones, bytes).map(DeviceRow::id);
    }

    private static LocationRow at(TablesView tables, MirrorId mirror) {
        return tables.locations().get(mirror).orElseThrow();
    }
}
