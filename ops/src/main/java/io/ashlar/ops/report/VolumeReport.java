package io.ashlar.ops.report;

import io.ashlar.common.config.ByteSize;
import io.ashlar.common.id.MirrorId;
import io.ashlar.metadata.model.EpochStart;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.Holder;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.OverrideRecord;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.ServerState;
import io.ashlar.metadata.model.VolumeRow;
import io.ashlar.metadata.model.VolumeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One volume and its three tables: volume to extents, extent to mirrors, mirror to (server,
 * device).
 *
 * @param size in bytes
 * @param extentSize in bytes
 * @param coordinator the server that holds the lease, if one does
 * @param epoch of the newest lease, 0 before the first
 * @param uris where to attach it: one for each server that is alive and has a mirror
 */
public record VolumeReport(
        String name,
        long id,
        long size,
        long extentSize,
        int minInSync,
        Optional<String> coordinator,
        long epoch,
        List<String> uris,
        List<Extent> extents,
        List<Mirror> mirrors)
        implements Report {

    /** A row of the table mirrors. */
    public record Extent(
            long id,
            int index,
            List<Long> mirrors,
            List<Long> inSync,
            long setVersion,
            List<EpochStart> history,
            long lossyActivations,
            List<Decision> overrides) {}

    /**
     * An operator's override of an extent's in-sync set.
     *
     * @param epoch before the one with which the extent went on
     * @param kept who went on
     * @param abandoned who was in sync before
     * @param at when, by the operator's clock
     * @param waits whether nobody has gone on yet
     */
    public record Decision(
            long epoch,
            List<Long> kept,
            List<Long> abandoned,
            String operator,
            String reason,
            String at,
            boolean waits) {}

    /**
     * A row of the table locations.
     *
     * @param extent its id
     * @param device its id
     * @param serverState {@code alive} or {@code expired}
     */
    public record Mirror(
            long id,
            long extent,
            String server,
            String device,
            String serverState,
            boolean inSync) {}

    /** The report of what the tables said. */
    public static VolumeReport of(VolumeView view) {
        VolumeRow volume = view.volume();
        return new VolumeReport(
                volume.name(),
                volume.id().value(),
                volume.sizeBytes(),
                volume.extentBytes(),
                volume.policy().minInSync(),
                volume.lease().holder().map(Holder::server).map(Object::toString),
                volume.lease().epoch(),
                uris(view),
                view.extents().stream().map(VolumeReport::extent).toList(),
                mirrors(view));
    }

    private static List<String> uris(VolumeView view) {
        return view.servers().values().stream()
                .filter(server -> server.state() == ServerState.ALIVE)
                .sorted((a, b) -> a.id().compareTo(b.id()))
                .map(server -> "nbd://" + server.nbdAddress() + "/" + view.volume().name())
                .toList();
    }

    private static Extent extent(ExtentRow row) {
        return new Extent(
                row.id().value(),
                row.index(),
                ids(row.mirrors()),
                ids(row.inSync()),
                row.setVersion(),
                row.history(),
                row.lossyActivations(),
                row.overrides().stream().map(made -> decision(row, made)).toList());
    }

    private static Decision decision(ExtentRow row, OverrideRecord made) {
        return new Decision(
                made.epoch(),
                ids(made.kept()),
                ids(made.abandoned()),
                made.operator(),
                made.reason(),
                Instant.ofEpochMilli(made.atMillis()).toString(),
                row.overridden() && made.equals(row.overrides().getLast()));
    }

    private static List<Mirror> mirrors(VolumeView view) {
        List<Mirror> mirrors = new ArrayList<>();
        for (ExtentRow extent : view.extents()) {
            for (MirrorId id : extent.mirrors()) {
                LocationRow location = row(view.locations(), id);
                ServerRow server = row(view.servers(), location.server());
                mirrors.add(
                        new Mirror(
                                id.value(),
                                extent.id().value(),
                                server.id().name(),
                                location.device().toString(),
                                server.state().name().toLowerCase(Locale.ROOT),
                                extent.inSync().contains(id)));
            }
        }
        return List.copyOf(mirrors);
    }

    private static <K, V> V row(Map<K, V> table, K key) {
        return Optional.ofNullable(table.get(key))
                .orElseThrow(() -> new IllegalStateException("the tables lack a row for " + key));
    }

    private static List<Long> ids(List<MirrorId> mirrors) {
        return mirrors.stream().map(MirrorId::value).toList();
    }

    @Override
    public String text() {
        TextTable volume =
                new TextTable(
                        "NAME",
                        "ID",
                        "SIZE",
                        "EXTENTS",
                        "OF",
                        "MIN IN SYNC",
                        "COORDINATOR",
                        "EPOCH");
        volume.row(
                name,
                id,
                new ByteSize(size),
                extents.size(),
                new ByteSize(extentSize),
                minInSync,
                coordinator.orElse(""),
                epoch);
        TextTable sets =
                new TextTable("EXTENT", "INDEX", "MIRRORS", "IN SYNC", "VERSION", "EPOCHS");
        for (Extent e : extents) {
            sets.row(
                    e.id,
                    e.index,
                    list(e.mirrors),
                    list(e.inSync),
                    e.setVersion,
                    epochs(e.history));
        }
        TextTable places = new TextTable("MIRROR", "EXTENT", "SERVER", "DEVICE", "IN SYNC");
        for (Mirror m : mirrors) {
            places.row(m.id, m.extent, m.server, m.device, m.inSync ? "yes" : "no");
        }
        return """
        volume
        %s

        mirrors (extent -> mirrors)
        %s

        locations (mirror -> server, device)
        %s

        attach at any of
        %s%s\
        """
                .formatted(volume, sets, places, String.join("\n", uris), decisions());
    }

    /** Nothing in most lives of most volumes. */
    private String decisions() {
        TextTable table =
                new TextTable(
                        "EXTENT", "EPOCH", "WENT ON", "ABANDONED", "AT", "OPERATOR", "REASON");
        boolean any = false;
        for (Extent e : extents) {
            for (Decision d : e.overrides) {
                any = true;
                table.row(
                        e.id,
                        d.waits ? "waits" : d.epoch,
                        list(d.kept),
                        list(d.abandoned),
                        d.at,
                        d.operator,
                        d.reason);
            }
        }
        return any ? "\n\noverrides by operators\n" + table : "";
    }

    private static String list(List<Long> ids) {
        return ids.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** Each as {@code epoch:first seq}, the newest few only: the history can be long. */
    private static String epochs(List<EpochStart> history) {
        int shown = 4;
        String newest =
                history.stream()
                        .skip(Math.max(0, history.size() - shown))
                        .map(start -> start.epoch() + ":" + start.firstSeq())
                        .collect(Collectors.joining(" "));
        return history.size() > shown ? "... " + newest : newest;
    }
}
