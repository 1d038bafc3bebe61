package io.ashlar.metadata.catalog;

import static io.ashlar.metadata.catalog.Cluster.GIB;
import static io.ashlar.metadata.catalog.Cluster.catalog;
import static io.ashlar.metadata.catalog.Cluster.createVolume;
import static io.ashlar.metadata.catalog.Cluster.holder;
import static io.ashlar.metadata.catalog.Cluster.server;
import static io.ashlar.metadata.catalog.Cluster.view;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Query;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HandoversTest {

    private final Catalog catalog = catalog(3);
    private final Handovers handovers = new Handovers();
    private VolumeId volume = new VolumeId(1);

    @BeforeEach
    void serverOneHoldsAVolumeOfTwoMirrors() {
        volume = view(catalog.submit(createVolume("v", GIB, 2))).volume().id();
        catalog.submit(new Command.AcquireLease(volume, holder(1, 1), false));
    }

    private Answer want(String name, Optional<ServerId> to) {
        return catalog.ask(new Query.WantHandover(name, to));
    }

    private ErrorCode refusal(String name, Optional<ServerId> to) {
        return assertInstanceOf(Answer.Rejected.class, want(name, to)).code();
    }

    private List<Answer.Handover> told(int server, long seconds) {
        return handovers.of(catalog.tables(), server(server), TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void goesWhereItIsToldTo() {
        assertEquals(
                new Answer.Handover(volume, 1, server(1), server(3)),
                want("v", Optional.of(server(3))));
    }

    @Test
    void goesToAServerWithMirrorsUnlessTold() {
        ServerId elsewhere =
                view(catalog.ask(new Query.ReadVolume(volume))).locations().values().stream()
                        .map(location -> location.server())
                        .filter(server -> !server.equals(server(1)))
                        .findFirst()
                        .orElseThrow();
        Answer.Handover chosen =
                assertInstanceOf(Answer.Handover.class, want("v", Optional.empty()));
        assertEquals(elsewhere, chosen.to());
    }

    @Test
    void refusesWhatCannotBe() {
        assertEquals(ErrorCode.NOT_FOUND, refusal("w", Optional.empty()));
        assertEquals(ErrorCode.NOT_FOUND, refusal("v", Optional.of(new ServerId("server-9"))));
        catalog.submit(new Command.ExpireServer(server(3), 1));
        assertEquals(ErrorCode.UNAVAILABLE, refusal("v", Optional.of(server(3))));
        catalog.submit(new Command.ReleaseLease(volume, holder(1, 1), 1));
        assertEquals(ErrorCode.CONFLICT, refusal("v", Optional.of(server(2))));
    }

    @Test
    void theHolderIsToldUntilItIsDone() {
        Answer.Handover handover = (Answer.Handover) want("v", Optional.of(server(2)));
        handovers.want(handover, 0);
        assertEquals(List.of(), told(2, 1));
        assertEquals(List.of(handover), told(1, 1));
        assertEquals(List.of(handover), told(1, 2));
        catalog.submit(new Command.ReleaseLease(volume, holder(1, 1), 1));
        assertEquals(List.of(), told(1, 3));
        catalog.submit(new Command.AcquireLease(volume, holder(1, 1), false));
        assertEquals(List.of(), told(1, 4));
    }

    @Test
    void aVolumeThatIsThereAlreadyStaysThere() {
        Answer.Handover handover = (Answer.Handover) want("v", Optional.of(server(1)));
        assertEquals(handover.from(), handover.to());
        handovers.want(handover, 0);
        assertEquals(List.of(), told(1, 1));
    }

    @Test
    void aServerThatDrainsIsToldToHandOverAllThatItHolds() {
        assertEquals(List.of(), told(1, 1));
        catalog.submit(new Command.DrainServer(server(1), true));
        Answer.Handover first = told(1, 1).getFirst();
        assertEquals(List.of(volume, 1L), List.of(first.volume(), first.epoch()));
        assertEquals(List.of(), told(2, 1));

        catalog.submit(new Command.DrainServer(first.to(), true));
        ServerId stays = told(1, 1).getFirst().to();
        assertTrue(!stays.equals(first.to()) && !stays.equals(server(1)), stays::toString);

        catalog.submit(new Command.ReleaseLease(volume, holder(1, 1), 1));
        assertEquals(List.of(), told(1, 1));
    }

    @Test
    void whatAnOperatorWantsComesFirst() {
        catalog.submit(new Command.DrainServer(server(1), true));
        Answer.Handover chosen = (Answer.Handover) want("v", Optional.of(server(3)));
        handovers.want(chosen, 0);
        assertEquals(List.of(chosen), told(1, 1));
    }

    @Test
    void nothingIsHandedOverWhereNobodyStays() {
        for (int n = 1; n <= 3; n++) {
            catalog.submit(new Command.DrainServer(server(n), true));
        }
        assertEquals(List.of(), told(1, 1));
        assertEquals(ErrorCode.UNAVAILABLE, refusal("v", Optional.empty()));
    }

    @Test
    void aWishGrowsOld() {
        handovers.want((Answer.Handover) want("v", Optional.of(server(2))), 0);
        assertEquals(1, told(1, 10).size());
        assertTrue(told(1, 11).isEmpty());
    }
}
