package io.ashlar.metadata.catalog;

import static io.ashlar.metadata.catalog.Cluster.GIB;
import static io.ashlar.metadata.catalog.Cluster.catalog;
import static io.ashlar.metadata.catalog.Cluster.createVolume;
import static io.ashlar.metadata.catalog.Cluster.device;
import static io.ashlar.metadata.catalog.Cluster.holder;
import static io.ashlar.metadata.catalog.Cluster.register;
import static io.ashlar.metadata.catalog.Cluster.server;
import static io.ashlar.metadata.catalog.Cluster.view;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.ClusterSettings;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.Usage;
import io.ashlar.metadata.model.VolumeRow;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A volume of two mirrors on servers 1 and 2 of three; server 1 coordinates it. */
class RepairsTest {

    private static final long GRACE = ClusterSettings.DEFAULT.repairAfter().toNanos();
    private static final VolumeId VOLUME = new VolumeId(1);
    private static final ExtentId EXTENT = new ExtentId(1);
    private static final MirrorId A = new MirrorId(1);
    private static final MirrorId B = new MirrorId(2);
    private static final MirrorId NEW = new MirrorId(3);

    private final Catalog catalog = catalog(3);
    private final Repairs repairs = new Repairs();

    @BeforeEach
    void grantAVolumeOfTwoMirrors() {
        assertEquals(
                List.of(A, B),
                view(catalog.submit(createVolume("db", GIB, 2))).extents().getFirst().mirrors());
        catalog.submit(new Command.AcquireLease(VOLUME, holder(1, 1), false));
        assertEquals(0, look(0));
    }

    /** Carries out what is due; how much it was. */
    private int look(long now) {
        List<Command> due = repairs.due(catalog.tables(), now);
        due.forEach(command -> assertEquals(new Answer.Done(), catalog.submit(command)));
        return due.size();
    }

    private ExtentRow row() {
        return catalog.tables().extents().get(EXTENT).orElseThrow();
    }

    private void change(Command.MemberChange change) {
        Answer.MembersChanged answer =
                (Answer.MembersChanged) catalog.submit(new Command.ChangeMembers(List.of(change)));
        assertEquals(true, answer.results().getFirst().applied());
    }

    private void remove(MirrorId mirror) {
        change(new Command.RemoveMember(EXTENT, 1, row().setVersion(), mirror));
    }

    private void add(MirrorId mirror) {
        change(new Command.AddMember(EXTENT, 1, row().setVersion(), mirror));
    }

    private Usage usage(int n) {
        return catalog.tables().usage().get(device(n)).orElse(Usage.NONE);
    }

    private List<VolumeId> replanned(int n) {
        return ((Answer.Volumes) catalog.ask(new Query.ListReplanned(server(n))))
                .volumes().stream().map(VolumeRow::id).toList();
    }

    @Test
    void aServerThatIsGoneForLessThanTheGraceKeepsItsMirrors() {
        catalog.submit(new Command.ExpireServer(server(2), 1));
        assertEquals(0, look(1));
        assertEquals(0, look(GRACE));
        catalog.submit(new Command.ReturnServer(server(2), 1));
        assertEquals(0, look(GRACE + 1));
        catalog.submit(new Command.ExpireServer(server(2), 1));
        assertEquals(0, look(GRACE + 2), "it begins anew");
    }

    @Test
    void theNextLeaderHasCountedToo() {
        Repairs next = new Repairs();
        Repairs startedLater = new Repairs();
        catalog.submit(new Command.ExpireServer(server(2), 1));
        remove(B);
        assertEquals(0, look(1));
        next.watch(catalog.tables(), 5);
        next.watch(catalog.tables(), GRACE - 1);
        next.restart();
        startedLater.restart();
        assertEquals(List.of(), startedLater.due(catalog.tables(), GRACE));
        assertEquals(List.of(), next.due(catalog.tables(), GRACE));
        assertEquals(List.of(), startedLater.due(catalog.tables(), GRACE + 5));
        assertEquals(1, next.due(catalog.tables(), GRACE + 5).size());
    }

    @Test
    void aPeerThatOnlyWatchesSeesReturns() {
        Repairs next = new Repairs();
        catalog.submit(new Command.ExpireServer(server(2), 1));
        next.watch(catalog.tables(), 1);
        catalog.submit(new Command.ReturnServer(server(2), 1));
        next.watch(catalog.tables(), 2);
        catalog.submit(new Command.ExpireServer(server(2), 1));
        next.restart();
        assertEquals(List.of(), next.due(catalog.tables(), GRACE + 1), "it begins anew");
    }

    @Test
    void aMirrorThatIsGoneForLongerIsMadeElsewhereAndDroppedWhenThatIsInSync() {
        catalog.submit(new Command.ExpireServer(server(2), 1));
        remove(B);
        long version = row().setVersion();
        assertEquals(0, look(1));
        assertEquals(1, look(1 + GRACE));
        assertEquals(List.of(A, B, NEW), row().mirrors());
        assertEquals(List.of(B), row().retiring());
        assertEquals(List.of(A), row().inSync());
        assertEquals(version, row().setVersion(), "the set is its coordinator's alone");
        assertEquals(List.of(VOLUME), replanned(1));
        assertEquals(new Usage(1, GIB), usage(3));
        assertEquals(0, look(2 + GRACE), "nothing goes before the new one is in sync");
        add(NEW);
        assertEquals(1, look(3 + GRACE));
        assertEquals(List.of(A, NEW), row().mirrors());
        assertEquals(List.of(), row().retiring());
        assertEquals(Usage.NONE, usage(2));
        assertEquals(List.of(), replanned(1));
        assertEquals(0, look(4 + GRACE));
    }

    @Test
    void oneThatReturnsFirstStaysAndTheUnfinishedCopyGoes() {
        catalog.submit(new Command.ExpireServer(server(2), 1));
        remove(B);
        look(1);
        look(1 + GRACE);
        catalog.submit(new Command.ReturnServer(server(2), 1));
        look(2 + GRACE);
        assertEquals(List.of(), row().retiring(), "whichever is first");
        add(B);
        look(3 + GRACE);
        assertEquals(List.of(A, B), row().mirrors());
        assertEquals(Usage.NONE, usage(3));
    }

    @Test
    void aDrainedServersMirrorStaysAMemberUntilItsCoordinatorTakesItOut() {
        catalog.submit(new Command.DrainServer(server(2), true));
        assertEquals(1, look(1));
        assertEquals(List.of(A, B, NEW), row().mirrors());
        assertEquals(List.of(B), row().retiring());
        add(NEW);
        assertEquals(0, look(2), "a member is never dropped");
        remove(B);
        assertEquals(1, look(3));
        assertEquals(List.of(A, NEW), row().mirrors());
        assertEquals(Usage.NONE, usage(2));
    }

    @Test
    void aPlanNeverDropsAMemberThatJoinedMeanwhile() {
        catalog.submit(new Command.DrainServer(server(2), true));
        look(1);
        add(NEW);
        remove(B);
        Command drop = repairs.due(catalog.tables(), 2).getFirst();
        add(B);
        assertEquals(true, catalog.submit(drop) instanceof Answer.Rejected);
        assertEquals(List.of(A, B, NEW), row().mirrors());
    }

    @Test
    void whereThereIsNoPlaceNothingMoves() {
        catalog.submit(new Command.ExpireServer(server(3), 1));
        catalog.submit(new Command.DrainServer(server(2), true));
        assertEquals(0, look(1));
        assertEquals(List.of(), row().retiring());
    }

    @Test
    void aDrainedServerGetsNoNewMirrorAndADrainOutlivesARestart() {
        catalog.submit(new Command.DrainServer(server(3), true));
        catalog.submit(register(3, 2));
        view(catalog.submit(createVolume("other", GIB, 2)));
        assertEquals(Usage.NONE, usage(3));
        assertEquals(true, catalog.tables().servers().get(server(3)).orElseThrow().draining());
    }
}
