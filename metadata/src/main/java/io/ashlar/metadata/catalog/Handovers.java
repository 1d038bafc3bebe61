package io.ashlar.metadata.catalog;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.Holder;
import io.ashlar.metadata.model.Lease;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.ServerState;
import io.ashlar.metadata.model.VolumeRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Planned handovers: the leader checks what is asked for, and tells the holder with the answer to
 * its next heartbeat. A server that drains is told to hand over all that it holds. In the leader's
 * memory only, as the heartbeats: nothing of the tables changes before the holder releases its
 * lease, and who asked asks again if it has not. For one thread; time is passed in, as nanoseconds
 * of any monotonic clock.
 */
public final class Handovers {

    private static final long TERM = Duration.ofSeconds(10).toNanos();

    /** Of a draining server's volumes, with one heartbeat: each means a short takeover. */
    private static final int MOST_AT_ONCE = 16;

    private record Wanted(Answer.Handover handover, long at) {}

    private final Map<VolumeId, Wanted> wanted = new HashMap<>();

    /** Nothing to hand over. */
    public Handovers() {}

    /**
     * What is asked for, with the target chosen, or why it cannot be. A volume that is there
     * already goes from and to that server: whoever asks a second time wants no error.
     */
    static Answer plan(TablesView tables, Query.WantHandover query) {
        try {
            return planned(tables, query);
        } catch (Refusal refusal) {
            return refusal.answer();
        }
    }

    private static Answer planned(TablesView tables, Query.WantHandover query) {
        VolumeRow volume =
                tables.names()
                        .get(query.volume())
                        .flatMap(tables.volumes()::get)
                        .orElseThrow(() ->
                                new Refusal(
                                        ErrorCode.NOT_FOUND, "no volume '" + query.volume() + "'"));
        if (LeaseRule.basis(tables, volume.lease()).isPresent()) {
            throw new Refusal(
                    ErrorCode.CONFLICT,
                    "volume '%s' is served by nobody: it is taken over where the next client attaches"
                            .formatted(volume.name()));
        }
        ServerId from = volume.lease().holder().orElseThrow().server();
        ServerId to =
                query.to()
                        .or(() -> target(tables, volume, from))
                        .orElseThrow(() ->
                                new Refusal(
                                        ErrorCode.UNAVAILABLE,
                                        "no other server is alive and stays to take volume '%s'"
                                                .formatted(volume.name())));
        ServerRow row =
                tables.servers()
                        .get(to)
                        .orElseThrow(
                                () -> new Refusal(ErrorCode.NOT_FOUND, "no server '" + to + "'"));
        if (row.state() != ServerState.ALIVE) {
            throw new Refusal(
                    ErrorCode.UNAVAILABLE,
                    "server '%s' is not alive; choose another".formatted(to));
        }
        return new Answer.Handover(volume.id(), volume.lease().epoch(), from, to);
    }

    /** The living server with the most of the volume's in-sync mirrors, of those that stay. */
    private static Optional<ServerId> target(TablesView tables, VolumeRow volume, ServerId from) {
        Map<ServerId, Integer> mirrors = new HashMap<>();
        for (var id : volume.extents()) {
            ExtentRow extent = tables.extents().get(id).orElseThrow();
            for (var mirror : extent.inSync()) {
                mirrors.merge(
                        tables.locations().get(mirror).orElseThrow().server(), 1, Integer::sum);
            }
        }
        return tables.servers().rows().stream()
                .filter(row -> row.state() == ServerState.ALIVE && !row.draining())
                .map(ServerRow::id)
                .filter(server -> !server.equals(from))
                .max(
                        Comparator.<ServerId>comparingInt(server -> mirrors.getOrDefault(server, 0))
                                .thenComparing(Comparator.reverseOrder()));
    }

    /** The holder is to be told. */
    public void want(Answer.Handover handover, long now) {
        if (!handover.from().equals(handover.to())) {
            wanted.put(handover.volume(), new Wanted(handover, now));
        }
    }

    /**
     * What to tell a server now; what has happened, or was asked for too long ago, is forgotten.
     */
    public List<Answer.Handover> of(TablesView tables, ServerId holder, long now) {
        wanted.values().removeIf(w -> now - w.at() > TERM || !current(tables, w.handover()));
        List<Answer.Handover> told =
                wanted.values().stream()
                        .map(Wanted::handover)
                        .filter(handover -> handover.from().equals(holder))
                        .collect(Collectors.toCollection(ArrayList::new));
        if (tables.servers().get(holder).filter(ServerRow::draining).isPresent()) {
            leaving(tables, holder).forEach(told::add);
        }
        return told;
    }

    /** What a server holds that is about to go, and nobody wants elsewhere already. */
    private Stream<Answer.Handover> leaving(TablesView tables, ServerId holder) {
        return tables.volumes().rows().stream()
                .filter(v -> v.lease().holder().filter(h -> h.server().equals(holder)).isPresent())
                .filter(v -> !wanted.containsKey(v.id()))
                .flatMap(v ->
                        target(tables, v, holder)
                                .map(to ->
                                        new Answer.Handover(v.id(), v.lease().epoch(), holder, to))
                                .stream())
                .limit(MOST_AT_ONCE);
    }

    private static boolean current(TablesView tables, Answer.Handover handover) {
        Optional<Lease> lease = tables.volumes().get(handover.volume()).map(VolumeRow::lease);
        return lease.filter(l -> l.epoch() == handover.epoch())
                .flatMap(Lease::holder)
                .map(Holder::server)
                .filter(handover.from()::equals)
                .isPresent();
    }
}
