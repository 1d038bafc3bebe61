package io.ashlar.metadata.catalog;

import static io.ashlar.metadata.catalog.Cluster.GIB;
import static io.ashlar.metadata.catalog.Cluster.catalog;
import static io.ashlar.metadata.catalog.Cluster.createVolume;
import static io.ashlar.metadata.catalog.Cluster.holder;
import static io.ashlar.metadata.catalog.Cluster.register;
import static io.ashlar.metadata.catalog.Cluster.server;
import static io.ashlar.metadata.catalog.Cluster.view;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.Usage;
import io.ashlar.metadata.model.VolumePolicy;
import io.ashlar.metadata.model.VolumeRow;
import io.ashlar.metadata.model.VolumeView;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeTest {

    private final Catalog catalog = catalog(3);

    private static Answer.Rejected rejected(Answer answer) {
        return assertInstanceOf(Answer.Rejected.class, answer);
    }

    @Test
    void placesEveryMirrorOfAnExtentOnItsOwnServerInSync() {
        VolumeView view = view(catalog.submit(createVolume("db", 40 * GIB, 3)));

        assertEquals(3, view.extents().size(), "16 + 16 + 8 GiB");
        for (ExtentRow extent : view.extents()) {
            assertEquals(extent.mirrors(), extent.inSync());
            assertEquals(3, servers(view, extent).distinct().count());
        }
        assertEquals(view, view(catalog.ask(new Query.ShowVolume("db"))));
        assertEquals(view, view(catalog.ask(new Query.ReadVolume(view.volume().id()))));
    }

    private static Stream<String> servers(VolumeView view, ExtentRow extent) {
        return extent.mirrors().stream()
                .map(m -> view.locations().get(m))
                .map(LocationRow::server)
                .map(Object::toString);
    }

    @Test
    void makesOneVolumeOfARequestSentTwice() {
        Answer first = catalog.submit(createVolume("db", GIB, 2));
        assertEquals(first, catalog.submit(createVolume("db", GIB, 2)));
        assertEquals(1, ((Answer.Volumes) catalog.ask(new Query.ListVolumes())).volumes().size());
    }

    @Test
    void doesNotMakeAVolumeAgainForADelayedRequestAfterItsEnd() {
        catalog.submit(createVolume("db", GIB, 2));
        catalog.submit(new Command.DeleteVolume("db", false));
        assertEquals(
                ErrorCode.CONFLICT, rejected(catalog.submit(createVolume("db", GIB, 2))).code());
    }

    @Test
    void refusesATakenName() {
        catalog.submit(createVolume("db", GIB, 2));
        Command other =
                new Command.CreateVolume(new UUID(1, 2), "db", GIB, 0, new VolumePolicy(1, 1));
        Answer.Rejected answer = rejected(catalog.submit(other));
        assertEquals(ErrorCode.ALREADY_EXISTS, answer.code());
        assertTrue(answer.message().contains("'db'"), answer.message());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -512, 511, 513, 65L << 40, Long.MAX_VALUE / 512 * 512})
    void refusesASizeThatIsNotOfSectorsOrAbsurd(long size) {
        assertEquals(
                ErrorCode.INVALID, rejected(catalog.submit(createVolume("v", size, 1))).code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "-a", ".hidden", "a/b", "a b", "a\nb", "ünn"})
    void refusesANameThatCouldNotBeTypedOrPrinted(String name) {
        assertEquals(
                ErrorCode.INVALID, rejected(catalog.submit(createVolume(name, GIB, 1))).code());
    }

    @ParameterizedTest
    @CsvSource({"1", "1048577", "-1048576", "17180917760", "2199023255552"})
    void refusesAnExtentSizeOutOfBounds(long extentBytes) {
        Command c =
                new Command.CreateVolume(
                        new UUID(1, 1), "v", GIB, extentBytes, new VolumePolicy(1, 1));
        assertEquals(ErrorCode.INVALID, rejected(catalog.submit(c)).code());
    }

    @Test
    void refusesMoreMirrorsThanServersAndNamesThem() {
        catalog.submit(new Command.ExpireServer(server(2), 1));
        Answer.Rejected answer = rejected(catalog.submit(createVolume("db", GIB, 3)));
        assertEquals(ErrorCode.UNPLACEABLE, answer.code());
        assertTrue(answer.message().contains("(server-1, server-3)"), answer.message());
        assertTrue(answer.message().contains("server-2"), answer.message());
    }

    @Test
    void prefersDistinctZonesOverFreeSpace() {
        Catalog zones = catalog(0);
        zones.submit(register(1, 1, "a", 900 * GIB));
        zones.submit(register(2, 1, "a", 800 * GIB));
        zones.submit(register(3, 1, "b", 10 * GIB));
        VolumeView view = view(zones.submit(createVolume("db", GIB, 2)));
        assertEquals(
                List.of("server-1", "server-3"), servers(view, view.extents().getFirst()).toList());
    }

    @Test
    void fallsBackToOneZoneWhereThereAreTooFew() {
        Catalog zones = catalog(0);
        zones.submit(register(1, 1, "a", GIB));
        zones.submit(register(2, 1, "a", 2 * GIB));
        VolumeView view = view(zones.submit(createVolume("db", GIB, 2)));
        assertEquals(
                List.of("server-2", "server-1"), servers(view, view.extents().getFirst()).toList());
    }

    @Test
    void spreadsTheExtentsOfAVolume() {
        VolumeView view = view(catalog.submit(createVolume("db", 16 * GIB * 30, 1)));
        for (int n = 1; n <= 3; n++) {
            String server = server(n).name();
            assertEquals(
                    10,
                    view.extents().stream()
                            .flatMap(e -> servers(view, e))
                            .filter(server::equals)
                            .count());
        }
    }

    @Test
    void refusesWhatIsBeyondOvercommitAndTakesItAfterADeletion() {
        Catalog small = catalog(0);
        small.submit(register(1, 1, "a", GIB));
        assertInstanceOf(Answer.Volume.class, small.submit(createVolume("a", 8 * GIB, 1)));
        assertEquals(
                ErrorCode.NO_SPACE, rejected(small.submit(createVolume("b", 8 * GIB, 1))).code());
        small.submit(new Command.DeleteVolume("a", false));
        assertInstanceOf(Answer.Volume.class, small.submit(createVolume("b", 8 * GIB, 1)));
    }

    @Test
    void leavesNothingOfADeletedVolumeButItsRequest() {
        Catalog other = catalog(3);
        other.submit(createVolume("db", 40 * GIB, 3));
        assertInstanceOf(Answer.Done.class, other.submit(new Command.DeleteVolume("db", false)));

        assertEquals(List.of(), other.tables().volumes().rows());
        assertEquals(List.of(), other.tables().names().rows());
        assertEquals(List.of(), other.tables().extents().rows());
        assertEquals(List.of(), other.tables().locations().rows());
        assertEquals(List.of(Usage.NONE, Usage.NONE, Usage.NONE), other.tables().usage().rows());
        assertEquals(
                ErrorCode.NOT_FOUND,
                rejected(other.submit(new Command.DeleteVolume("db", false))).code());
    }

    @Test
    void neverGivesOutAnIdTwice() {
        VolumeView first = view(catalog.submit(createVolume("a", GIB, 3)));
        catalog.submit(new Command.DeleteVolume("a", false));
        VolumeView second = view(catalog.submit(createVolume("b", GIB, 3)));
        assertTrue(second.volume().id().compareTo(first.volume().id()) > 0);
        assertTrue(
                second.extents().getFirst().mirrors().getFirst().value()
                        > first.extents().getFirst().mirrors().getLast().value());
    }

    @Test
    void deletesAnAttachedVolumeOnlyByForce() {
        VolumeView view = view(catalog.submit(createVolume("db", GIB, 1)));
        catalog.submit(new Command.AcquireLease(view.volume().id(), holder(1, 1), false));
        Answer.Rejected answer = rejected(catalog.submit(new Command.DeleteVolume("db", false)));
        assertEquals(ErrorCode.IN_USE, answer.code());
        assertTrue(answer.message().contains("127.0.0.1:10801"), answer.message());
        assertInstanceOf(Answer.Done.class, catalog.submit(new Command.DeleteVolume("db", true)));
    }

    @Test
    void tellsWhichMirrorsAreOnAServer() {
        VolumeView view = view(catalog.submit(createVolume("db", GIB, 3)));
        Answer answer = catalog.ask(new Query.ListMirrors(server(2)));
        assertEquals(
                new Answer.MirrorsOn(
                        view.locations().values().stream()
                                .filter(l -> l.server().equals(server(2)))
                                .map(LocationRow::mirror)
                                .toList(),
                        4),
                answer);
    }

    private static Command grow(VolumeView volume, long size) {
        return new Command.GrowVolume(volume.volume().id(), size);
    }

    @Test
    void growsTheLastExtentAndPlacesThoseBehindIt() {
        VolumeView before = view(catalog.submit(createVolume("db", 10 * GIB, 2)));
        VolumeView after = view(catalog.submit(grow(before, 40 * GIB)));

        assertEquals(40 * GIB, after.volume().sizeBytes());
        assertEquals(before.extents().getFirst(), after.extents().getFirst());
        assertEquals(
                List.of(16 * GIB, 16 * GIB, 8 * GIB),
                List.of(
                        after.volume().extentSize(0),
                        after.volume().extentSize(1),
                        after.volume().extentSize(2)));
        for (ExtentRow extent : after.extents()) {
            assertEquals(2, servers(after, extent).distinct().count());
            assertEquals(extent.mirrors(), extent.inSync());
        }
        assertEquals(new Usage(6, 2 * 40 * GIB), usage(catalog));
        catalog.submit(new Command.DeleteVolume("db", false));
        assertEquals(Usage.NONE, usage(catalog));
    }

    private static Usage usage(Catalog catalog) {
        return ((Answer.Servers) catalog.ask(new Query.ListServers()))
                .usage().stream()
                        .reduce(
                                Usage.NONE,
                                (a, b) ->
                                        new Usage(
                                                a.mirrors() + b.mirrors(), a.bytes() + b.bytes()));
    }

    @Test
    void growingToWhatItHasIsDoneAndShrinkingIsRefused() {
        VolumeView volume = view(catalog.submit(createVolume("db", GIB, 2)));
        assertEquals(volume, view(catalog.submit(grow(volume, GIB))));
        assertEquals(ErrorCode.INVALID, rejected(catalog.submit(grow(volume, GIB - 512))).code());
        assertEquals(ErrorCode.INVALID, rejected(catalog.submit(grow(volume, GIB + 1))).code());
        catalog.submit(new Command.DeleteVolume("db", false));
        assertEquals(ErrorCode.NOT_FOUND, rejected(catalog.submit(grow(volume, 2 * GIB))).code());
    }

    @Test
    void doesNotGrowBeyondWhatItsDevicesMayBePromised() {
        Catalog small = new Catalog(Cluster.ID);
        small.submit(register(1, 1, "a", GIB));
        VolumeView volume = view(small.submit(createVolume("db", 9 * GIB, 1)));
        assertEquals(ErrorCode.NO_SPACE, rejected(small.submit(grow(volume, 12 * GIB))).code());
        assertEquals(10 * GIB, view(small.submit(grow(volume, 10 * GIB))).volume().sizeBytes());
    }

    @Test
    void aCoordinatorIsToldOnceThatItsVolumeHasGrown() {
        VolumeView volume = view(catalog.submit(createVolume("db", GIB, 2)));
        catalog.submit(new Command.AcquireLease(volume.volume().id(), holder(1, 1), false));
        assertEquals(List.of(), outgrown());
        catalog.submit(grow(volume, 2 * GIB));
        assertEquals(List.of(volume.volume().id()), outgrown());

        catalog.submit(new Command.ReleaseLease(volume.volume().id(), holder(1, 1), 1));
        assertEquals(List.of(), outgrown());
        catalog.submit(new Command.AcquireLease(volume.volume().id(), holder(1, 1), false));
        assertEquals(List.of(), outgrown());
    }

    private List<VolumeId> outgrown() {
        Answer answer = catalog.ask(new Query.ListReplanned(server(1)));
        return ((Answer.Volumes) answer).volumes().stream().map(VolumeRow::id).toList();
    }
}
