package io.ashlar.metadata.catalog;

import static io.ashlar.metadata.catalog.Cluster.GIB;
import static io.ashlar.metadata.catalog.Cluster.catalog;
import static io.ashlar.metadata.catalog.Cluster.createVolume;
import static io.ashlar.metadata.catalog.Cluster.device;
import static io.ashlar.metadata.catalog.Cluster.register;
import static io.ashlar.metadata.catalog.Cluster.server;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Command.RegisterServer;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.DeviceState;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.ServerState;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ServerTest {

    private final Catalog catalog = catalog(2);

    private Answer.Rejected rejected(Command command) {
        return assertInstanceOf(Answer.Rejected.class, catalog.submit(command));
    }

    @Test
    void answersARegistrationWithTheClustersId() {
        assertEquals(new Answer.Registered(Cluster.ID), catalog.submit(register(3, 1)));
        assertEquals(new Answer.Registered(Cluster.ID), catalog.submit(register(3, 1)));
    }

    @Test
    void refusesAnotherMachineUnderATakenName() {
        RegisterServer r = register(1, 5);
        Answer.Rejected answer =
                rejected(
                        new RegisterServer(
                                r.server(),
                                new UUID(9, 9),
                                5,
                                r.zone(),
                                r.peerAddress(),
                                r.nbdAddress(),
                                r.devices()));
        assertEquals(ErrorCode.ALREADY_EXISTS, answer.code());
        assertTrue(answer.message().contains("server-1"), answer.message());
    }

    @Test
    void refusesADeviceOfAnotherServer() {
        RegisterServer r = register(3, 1);
        Answer.Rejected answer =
                rejected(
                        new RegisterServer(
                                r.server(),
                                r.identity(),
                                1,
                                r.zone(),
                                r.peerAddress(),
                                r.nbdAddress(),
                                register(1, 1).devices()));
        assertEquals(ErrorCode.ALREADY_EXISTS, answer.code());
        assertTrue(answer.message().contains("server-1"), answer.message());
    }

    @Test
    void marksADeviceFailedThatItsServerOffersNoMore() {
        RegisterServer r = register(1, 2);
        catalog.submit(
                new RegisterServer(
                        r.server(),
                        r.identity(),
                        2,
                        r.zone(),
                        r.peerAddress(),
                        r.nbdAddress(),
                        List.of()));
        assertEquals(DeviceState.FAILED, state(1));
        catalog.submit(register(1, 3));
        assertEquals(DeviceState.ONLINE, state(1));
    }

    private DeviceState state(int n) {
        return catalog.tables().devices().get(device(n)).map(DeviceRow::state).orElseThrow();
    }

    @Test
    void placesNothingOnAFailedDevice() {
        catalog.submit(new Command.ReportDevice(server(1), device(1), true));
        assertEquals(ErrorCode.UNPLACEABLE, rejected(createVolume("db", GIB, 2)).code());
        catalog.submit(new Command.ReportDevice(server(1), device(1), false));
        assertInstanceOf(Answer.Volume.class, catalog.submit(createVolume("db", GIB, 2)));
        assertEquals(
                ErrorCode.NOT_FOUND,
                rejected(new Command.ReportDevice(server(2), device(1), true)).code());
    }

    @Test
    void anExpiryTouchesTheServersRowOnly() {
        catalog.submit(createVolume("db", GIB, 2));
        List<ExtentRow> extents = catalog.tables().extents().rows();
        catalog.submit(new Command.ExpireServer(server(1), 1));
        assertEquals(extents, catalog.tables().extents().rows());
        assertEquals(
                ServerState.EXPIRED,
                catalog.tables().servers().get(server(1)).orElseThrow().state());
    }

    @Test
    void anExpiryOfAnEarlierProcessChangesNothing() {
        catalog.submit(register(1, 2));
        assertEquals(ErrorCode.CONFLICT, rejected(new Command.ExpireServer(server(1), 1)).code());
        assertEquals(
                ServerState.ALIVE, catalog.tables().servers().get(server(1)).orElseThrow().state());
    }

    @Test
    void tellsAnUnknownProcessToRegister() {
        assertTrue(heard(1, 1).registered());
        assertEquals(false, heard(1, 2).registered());
        assertEquals(false, heard(9, 1).registered());
    }

    private Answer.Heard heard(int n, long nonce) {
        return (Answer.Heard) catalog.ask(new Query.Heartbeat(server(n), nonce));
    }

    @Test
    void countsServersAndVolumesInItsStatus() {
        catalog.submit(createVolume("db", GIB, 2));
        catalog.submit(new Command.ExpireServer(server(1), 1));
        Answer.Status status = (Answer.Status) catalog.ask(new Query.ShowStatus());
        assertEquals(Cluster.ID, status.cluster());
        assertEquals(1, status.volumes());
        assertEquals(2, status.servers());
        assertEquals(1, status.serversAlive());
        assertEquals(0, status.extentsBelowPolicy());
    }
}
