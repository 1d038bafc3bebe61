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
import io.ashlar.metadata.catalog.Outcome.Stale;
import io.ashlar.metadata.event.Event;
import io.ashlar.metadata.event.LeaseBasis;
import io.ashlar.metadata.model.Holder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaseTest {

    private final Catalog catalog = catalog(2);
    private VolumeId volume = new VolumeId(1);

    @BeforeEach
    void makeAVolume() {
        volume = view(catalog.submit(createVolume("db", GIB, 2))).volume().id();
    }

    private Answer acquire(Holder holder) {
        return catalog.submit(new Command.AcquireLease(volume, holder, false));
    }

    private static void assertGranted(long epoch, Answer answer) {
        assertEquals(epoch, assertInstanceOf(Answer.LeaseGranted.class, answer).epoch());
    }

    private static Answer.Rejected assertRejected(ErrorCode code, Answer answer) {
        Answer.Rejected rejected = assertInstanceOf(Answer.Rejected.class, answer);
        assertEquals(code, rejected.code(), rejected.message());
        return rejected;
    }

    @Test
    void grantsAFreeVolumeInTheNextEpochAndRepeatsTheGrantToItsHolder() {
        assertGranted(1, acquire(holder(1, 1)));
        assertGranted(1, acquire(holder(1, 1)));
    }

    @Test
    void refusesAHeldVolumeAndSaysWhereItsClientsAre() {
        acquire(holder(1, 1));
        String message = assertRejected(ErrorCode.HELD, acquire(holder(2, 1))).message();
        assertTrue(message.contains("server-1") && message.contains("127.0.0.1:10801"), message);
    }

    @Test
    void grantsTheVolumeOfAnExpiredServerUntilItReturns() {
        acquire(holder(1, 1));
        catalog.submit(new Command.ExpireServer(server(1), 1));
        assertGranted(2, acquire(holder(2, 1)));
        catalog.submit(new Command.ReturnServer(server(1), 1));
        assertRejected(ErrorCode.HELD, acquire(holder(1, 1)));
    }

    @Test
    void grantsAnotherProcessOfTheSameServerTheNextEpoch() {
        acquire(holder(1, 1));
        catalog.submit(register(1, 2));
        assertGranted(2, acquire(holder(1, 2)));
    }

    @Test
    void freesTheLeasesOfAServersEarlierProcessForEverybody() {
        acquire(holder(1, 1));
        catalog.submit(register(1, 2));
        assertGranted(2, acquire(holder(2, 1)));
    }

    @Test
    void refusesAProcessThatIsNotTheRegisteredOne() {
        catalog.submit(register(1, 2));
        assertRejected(ErrorCode.CONFLICT, acquire(holder(1, 1)));
        assertRejected(ErrorCode.NOT_FOUND, acquire(holder(9, 1)));
    }

    @Test
    void grantsByForceAgainstALiveHolder() {
        acquire(holder(1, 1));
        assertGranted(2, catalog.submit(new Command.AcquireLease(volume, holder(2, 1), true)));
    }

    @Test
    void releasesOnceAndAnswersARepetitionAlike() {
        acquire(holder(1, 1));
        Command release = new Command.ReleaseLease(volume, holder(1, 1), 1);
        assertInstanceOf(Answer.Done.class, catalog.submit(release));
        assertInstanceOf(Answer.Done.class, catalog.submit(release));
        assertGranted(2, acquire(holder(2, 1)));
        assertRejected(ErrorCode.CONFLICT, catalog.submit(release));
    }

    @Test
    void grantsOneEpochOnceHoweverManyPlansThereAre() {
        MemoryTables tables = new MemoryTables();
        Applier.apply(tables, new Event.ClusterFormed(Cluster.ID));
        for (Command c :
                new Command[] {register(1, 1), register(2, 1), createVolume("db", GIB, 1)}) {
            Applier.apply(tables, ((Plan.Proposed) Planner.plan(tables, c)).event());
        }
        Event one = new Event.LeaseGranted(volume, 0, holder(1, 1), LeaseBasis.FREE);
        Event two = new Event.LeaseGranted(volume, 0, holder(2, 1), LeaseBasis.FREE);
        Event forced = new Event.LeaseGranted(volume, 0, holder(2, 1), LeaseBasis.FORCED);
        assertInstanceOf(Outcome.Applied.class, Applier.apply(tables, one));
        assertInstanceOf(Stale.class, Applier.apply(tables, two));
        assertInstanceOf(Stale.class, Applier.apply(tables, forced));
    }

    @Test
    void doesNotGrantAnExpiredHoldersVolumeIfItReturnedMeanwhile() {
        acquire(holder(1, 1));
        MemoryTables tables = (MemoryTables) catalog.tables();
        catalog.submit(new Command.ExpireServer(server(1), 1));
        Plan plan = Planner.plan(tables, new Command.AcquireLease(volume, holder(2, 1), false));
        catalog.submit(new Command.ReturnServer(server(1), 1));
        assertInstanceOf(Stale.class, Applier.apply(tables, ((Plan.Proposed) plan).event()));
    }
}
