package io.ashlar.metadata.catalog;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.ClusterSettings;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.ServerState;
import io.ashlar.metadata.model.Usage;
import io.ashlar.metadata.model.VolumeRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers queries from the tables. */
public final class Reader {

    private Reader() {}

    /** Answers; the caller counts a heartbeat, and adds what it has to tell the server. */
    public static Answer answer(TablesView tables, GroupState group, Query query) {
        return switch (query) {
            case Query.ListVolumes() -> volumes(tables);
            case Query.ShowVolume(String name) ->
                    tables.names()
                            .get(name)
                            .flatMap(id -> Views.volume(tables, id))
                            .<Answer>map(Answer.Volume::new)
                            .orElseGet(() -> notFound("no volume '" + name + "'"));
            case Query.ReadVolume q ->
                    Views.volume(tables, q.volume())
                            .<Answer>map(Answer.Volume::new)
                            .orElseGet(() -> notFound("no volume with id " + q.volume()));
            case Query.ListServers() -> servers(tables);
            case Query.ListMirrors(ServerId server) -> mirrorsOn(tables, server);
            case Query.ListNeglected(ServerId server) ->
                    new Answer.Volumes(Neglect.of(tables, server));
            case Query.WantHandover wanted -> Handovers.plan(tables, wanted);
            case Query.ListReplanned(ServerId server) ->
                    new Answer.Volumes(Neglect.replanned(tables, server));
            case Query.ShowStatus() -> status(tables, group);
            case Query.Heartbeat h -> {
                Optional<ServerRow> row = tables.servers().get(h.server());
                boolean registered = row.filter(r -> r.nonce() == h.nonce()).isPresent();
                yield new Answer.Heard(
                        registered, group.sessionTerm(), List.of(), copyShare(tables));
            }
        };
    }

    /** Everybody who is alive may have to copy: who coordinates what changes all the time. */
    private static long copyShare(TablesView tables) {
        long budget = tables.cluster().settings().copyBytesPerSecond();
        long alive = Math.max(1, alive(tables.servers().rows()));
        return budget == 0 ? 0 : Math.max(ClusterSettings.LEAST_COPY_RATE / 16, budget / alive);
    }

    private static long alive(List<ServerRow> servers) {
        return servers.stream().filter(s -> s.state() == ServerState.ALIVE).count();
    }

    private static Answer servers(TablesView tables) {
        List<DeviceRow> devices = tables.devices().rows();
        return new Answer.Servers(
                tables.servers().rows(),
                devices,
                devices.stream()
                        .map(device -> tables.usage().get(device.id()).orElse(Usage.NONE))
                        .toList());
    }

    private static Answer notFound(String message) {
        return new Answer.Rejected(ErrorCode.NOT_FOUND, message);
    }

    private static Answer volumes(TablesView tables) {
        List<VolumeRow> rows = new ArrayList<>();
        tables.names().scan((_, id) -> rows.add(tables.volumes().get(id).orElseThrow()));
        return new Answer.Volumes(rows);
    }

    private static Answer mirrorsOn(TablesView tables, ServerId server) {
        List<MirrorId> mirrors = new ArrayList<>();
        tables.locations()
                .scan((id, row) -> {
                    if (row.server().equals(server)) {
                        mirrors.add(id);
                    }
                });
        return new Answer.MirrorsOn(mirrors, tables.cluster().next().nextMirror());
    }

    private static Answer status(TablesView tables, GroupState group) {
        Optional<ClusterId> cluster = tables.cluster().id();
        if (cluster.isEmpty()) {
            return new Answer.Rejected(ErrorCode.UNAVAILABLE, "the cluster is not formed yet");
        }
        List<ServerRow> servers = tables.servers().rows();
        long below = 0;
        long moving = 0;
        for (ExtentRow row : tables.extents().rows()) {
            int wanted = tables.volumes().get(row.volume()).orElseThrow().policy().mirrors();
            below += row.inSync().size() < wanted ? 1 : 0;
            moving += row.retiring().isEmpty() && row.mirrors().size() == wanted ? 0 : 1;
        }
        return new Answer.Status(
                cluster.get(),
                group.peers(),
                group.leader(),
                group.appliedIndex(),
                tables.names().rows().size(),
                servers.size(),
                (int) alive(servers),
                (int) below,
                (int) moving,
                tables.cluster().settings());
    }
}
