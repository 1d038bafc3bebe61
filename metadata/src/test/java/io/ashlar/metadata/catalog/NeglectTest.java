package io.ashlar.metadata.catalog;

import static io.ashlar.metadata.catalog.Cluster.GIB;
import static io.ashlar.metadata.catalog.Cluster.catalog;
import static io.ashlar.metadata.catalog.Cluster.createVolume;
import static io.ashlar.metadata.catalog.Cluster.holder;
import static io.ashlar.metadata.catalog.Cluster.register;
import static io.ashlar.metadata.catalog.Cluster.server;
import static io.ashlar.metadata.catalog.Cluster.view;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.VolumeView;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A volume whose coordinator on server 1 took out the mirror of server 2. */
class NeglectTest {

    private static final VolumeId VOLUME = new VolumeId(1);

    private final Catalog catalog = catalog(3);

    @BeforeEach
    void removeTheMirrorOfServer2() {
        VolumeView view = view(catalog.submit(createVolume("db", GIB, 3)));
        catalog.submit(new Command.AcquireLease(VOLUME, holder(1, 1), false));
        ExtentRow extent = view.extents().getFirst();
        MirrorId mirror =
                view.locations().values().stream()
                        .filter(location -> location.server().equals(server(2)))
                        .map(LocationRow::mirror)
                        .findFirst()
                        .orElseThrow();
        catalog.submit(
                new Command.ChangeMembers(
                        List.of(new Command.RemoveMember(extent.id(), 1, 1, mirror))));
    }

    private List<VolumeId> neglected(ServerId server) {
        Answer answer = catalog.ask(new Query.ListNeglected(server));
        return ((Answer.Volumes) answer).volumes().stream().map(v -> v.id()).toList();
    }

    @Test
    void aVolumeWithALivingCoordinatorIsNotNeglected() {
        assertEquals(List.of(), neglected(server(1)));
        assertEquals(List.of(), neglected(server(3)));
    }

    @Test
    void theFirstLivingServerWithAGoodCopyShouldCareForIt() {
        catalog.submit(new Command.ReleaseLease(VOLUME, holder(1, 1), 1));
        assertEquals(List.of(VOLUME), neglected(server(1)));
        assertEquals(List.of(), neglected(server(2)), "its copy is not good");
        assertEquals(List.of(), neglected(server(3)), "not the first");
    }

    @Test
    void anExpiredCoordinatorCaresForNothing() {
        catalog.submit(new Command.ExpireServer(server(1), 1));
        assertEquals(List.of(VOLUME), neglected(server(3)));
    }

    @Test
    void aCoordinatorOfAnEarlierProcessCaresForNothing() {
        catalog.submit(register(1, 2));
        assertEquals(List.of(VOLUME), neglected(server(1)));
    }

    @Test
    void thereIsNothingToDoWhileTheMirrorsServerIsAway() {
        catalog.submit(new Command.ExpireServer(server(2), 1));
        catalog.submit(new Command.ReleaseLease(VOLUME, holder(1, 1), 1));
        assertEquals(List.of(), neglected(server(1)));
    }
}
