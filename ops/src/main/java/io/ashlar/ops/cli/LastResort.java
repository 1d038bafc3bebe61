package io.ashlar.ops.cli;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command.OverrideInSync;
import io.ashlar.metadata.api.MetadataClient;
import io.ashlar.metadata.api.Query.ListServers;
import io.ashlar.metadata.api.Query.ShowVolume;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.DeviceState;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.ServerState;
import io.ashlar.metadata.model.VolumeView;
import io.ashlar.ops.report.OverrideReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** An operator's override (P6): what it would lose, and having it done. */
final class LastResort {

    private final MetadataClient metadata;
    private final String volume;
    private final MirrorId chosen;

    LastResort(MetadataClient metadata, String volume, long chosen) {
        this.metadata = metadata;
        this.volume = volume;
        this.chosen = new MirrorId(chosen);
    }

    /** Only looks. */
    OverrideReport explain() {
        VolumeView view = view();
        return report(view, extent(view), false);
    }

    /** Has it done to the set as it is now; a set that changes meanwhile is refused. */
    OverrideReport accept(String operator, String reason) {
        VolumeView view = view();
        ExtentRow extent = extent(view);
        OverrideReport report = report(view, extent, true);
        Session.accept(
                metadata.submit(
                        new OverrideInSync(
                                extent.id(),
                                extent.setVersion(),
                                chosen,
                                operator,
                                reason,
                                System.currentTimeMillis())),
                Answer.Done.class);
        return report;
    }

    private VolumeView view() {
        return Session.accept(metadata.ask(new ShowVolume(volume)), Answer.Volume.class).view();
    }

    private ExtentRow extent(VolumeView view) {
        return view.extents().stream()
                .filter(row -> row.mirrors().contains(chosen))
                .findFirst()
                .orElseThrow(() ->
                        new StorageException(
                                ErrorCode.NOT_FOUND,
                                "volume '%s' has no mirror %s; 'ashlar volume show' lists them"
                                        .formatted(volume, chosen)));
    }

    private OverrideReport report(VolumeView view, ExtentRow extent, boolean done) {
        Map<DeviceId, DeviceRow> devices =
                Session.accept(metadata.ask(new ListServers()), Answer.Servers.class)
                        .devices()
                        .stream()
                        .collect(Collectors.toMap(DeviceRow::id, Function.identity()));
        boolean member = extent.inSync().contains(chosen);
        List<OverrideReport.Mirror> mirrors = new ArrayList<>();
        for (MirrorId mirror : extent.mirrors()) {
            LocationRow at = Optional.ofNullable(view.locations().get(mirror)).orElseThrow();
            ServerRow server = Optional.ofNullable(view.servers().get(at.server())).orElseThrow();
            DeviceRow device = Optional.ofNullable(devices.get(at.device())).orElseThrow();
            boolean inSync = extent.inSync().contains(mirror);
            boolean well =
                    server.state() == ServerState.ALIVE && device.state() == DeviceState.ONLINE;
            mirrors.add(
                    new OverrideReport.Mirror(
                            mirror.value(),
                            server.id().name(),
                            server.state(),
                            device.path(),
                            device.state(),
                            inSync,
                            mirror.equals(chosen) || (member && inSync && well)));
        }
        return new OverrideReport(
                volume, extent.id().value(), extent.index(), chosen.value(), done, mirrors);
    }
}
