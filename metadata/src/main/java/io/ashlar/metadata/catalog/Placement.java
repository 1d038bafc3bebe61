package io.ashlar.metadata.catalog;

import static java.util.stream.Collectors.joining;

import io.ashlar.common.config.ByteSize;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ServerId;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.DeviceState;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.ServerState;
import io.ashlar.metadata.model.Usage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Chooses devices for mirrors: distinct servers always, distinct zones as far as there are zones,
 * among those the device with the most free space. Remembers what it has chosen, so that the
 * extents of one volume spread.
 *
 * <p>Volumes are thin: a device may be promised {@link #OVERCOMMIT} times what it holds. What it
 * really holds is watched where it is written, where a full device answers ENOSPC (P8).
 */
final class Placement {

    /** How many times its capacity may be placed on a device. */
    static final int OVERCOMMIT = 10;

    private static final Comparator<Candidate> MOST_FREE =
            Comparator.<Candidate>comparingLong(c -> c.free)
                    .reversed()
                    .thenComparingLong(c -> c.mirrors)
                    .thenComparing(c -> c.device.server())
                    .thenComparing(c -> c.device.id());

    private final List<Candidate> candidates = new ArrayList<>();
    private final Set<ServerId> usable = new TreeSet<>();
    private final Set<ServerId> unusable = new TreeSet<>();

    private Placement() {}

    /** Over the online devices of the servers that are alive and not draining. */
    static Placement over(TablesView tables) {
        Placement placement = new Placement();
        for (DeviceRow device : tables.devices().rows()) {
            ServerRow server = tables.servers().get(device.server()).orElseThrow();
            if (server.state() == ServerState.ALIVE
                    && !server.draining()
                    && device.state() == DeviceState.ONLINE) {
                Usage usage = tables.usage().get(device.id()).orElse(Usage.NONE);
                placement.candidates.add(new Candidate(device, server.zone(), usage));
                placement.usable.add(server.id());
            }
        }
        tables.servers().scan((id, _) -> placement.unusable.add(id));
        placement.unusable.removeAll(placement.usable);
        return placement;
    }

    /** Refuses a volume that has more mirrors than there are servers to hold them. */
    void checkServers(String volume, int mirrors) {
        if (usable.size() < mirrors) {
            throw new Refusal(
                    ErrorCode.UNPLACEABLE,
                    "volume '%s' needs %d servers for its mirrors, but %d can take one now (%s)%s: start more servers, or ask for fewer mirrors"
                            .formatted(
                                    volume,
                                    mirrors,
                                    usable.size(),
                                    names(usable),
                                    unusable.isEmpty()
                                            ? ""
                                            : "; not alive, draining or without an online device: "
                                                    + names(unusable)));
        }
    }

    private static String names(Set<ServerId> servers) {
        return servers.isEmpty()
                ? "none"
                : servers.stream().map(ServerId::name).collect(joining(", "));
    }

    /** Chooses a device for each mirror of an extent; {@link #checkServers} has passed. */
    List<DeviceRow> place(String volume, int mirrors, long bytes) {
        Set<ServerId> servers = new HashSet<>();
        Set<String> zones = new HashSet<>();
        List<DeviceRow> chosen = new ArrayList<>(mirrors);
        for (int i = 0; i < mirrors; i++) {
            Candidate best =
                    best(servers, zones, bytes)
                            .or(() -> best(servers, Set.of(), bytes))
                            .orElseThrow(() -> noSpace(volume, mirrors, bytes));
            best.take(bytes);
            servers.add(best.device.server());
            zones.add(best.zone);
            chosen.add(best.device);
        }
        return chosen;
    }

    /** Chooses a device for one more mirror; empty if there is no place for it. */
    Optional<DeviceRow> placeOne(Set<ServerId> notServers, Set<String> notZones, long bytes) {
        Optional<Candidate> chosen =
                best(notServers, notZones, bytes).or(() -> best(notServers, Set.of(), bytes));
        chosen.ifPresent(candidate -> candidate.take(bytes));
        return chosen.map(candidate -> candidate.device);
    }

    private Optional<Candidate> best(Set<ServerId> notServers, Set<String> notZones, long bytes) {
        return candidates.stream()
                .filter(c -> !notServers.contains(c.device.server()))
                .filter(c -> !notZones.contains(c.zone))
                .filter(c -> c.fits(bytes))
                .min(MOST_FREE);
    }

    /** Whether so many bytes may be placed on a device in all. */
    static boolean fits(DeviceRow device, long placed) {
        return placed / OVERCOMMIT <= device.capacityBytes();
    }

    private Refusal noSpace(String volume, int mirrors, long bytes) {
        return new Refusal(
                ErrorCode.NO_SPACE,
                "volume '%s': fewer than %d servers have a device with room for %s more (at most %d times its capacity is placed on a device): add devices, or delete volumes"
                        .formatted(volume, mirrors, new ByteSize(bytes), OVERCOMMIT));
    }

    private static final class Candidate {
        final DeviceRow device;
        final String zone;
        long free;
        long mirrors;

        Candidate(DeviceRow device, String zone, Usage usage) {
            this.device = device;
            this.zone = zone;
            this.free = device.capacityBytes() - usage.bytes();
            this.mirrors = usage.mirrors();
        }

        boolean fits(long bytes) {
            return Placement.fits(device, device.capacityBytes() - free + bytes);
        }

        void take(long bytes) {
            free -= bytes;
            mirrors++;
        }
    }
}
