package io.ashlar.metadata.catalog;

import static io.ashlar.metadata.catalog.Cluster.GIB;
import static io.ashlar.metadata.catalog.Cluster.catalog;
import static io.ashlar.metadata.catalog.Cluster.createVolume;
import static io.ashlar.metadata.catalog.Cluster.device;
import static io.ashlar.metadata.catalog.Cluster.holder;
import static io.ashlar.metadata.catalog.Cluster.server;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Command.MemberChange;
import io.ashlar.metadata.event.Event;
import io.ashlar.metadata.model.EpochStart;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.Lease;
import io.ashlar.metadata.model.OverrideRecord;
import io.ashlar.metadata.model.VolumeRow;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mirror n is on server n; server 2 coordinates, and mirror 1 alone is in sync. */
class OverrideTest {

    private static final VolumeId VOLUME = new VolumeId(1);
    private static final ExtentId EXTENT = new ExtentId(1);
    private static final MirrorId A = new MirrorId(1);
    private static final MirrorId B = new MirrorId(2);
    private static final MirrorId C = new MirrorId(3);

    private final Catalog catalog = catalog(3);

    @BeforeEach
    void leaveOneMirrorInSync() {
        catalog.submit(createVolume("db", GIB, 3));
        catalog.submit(new Command.AcquireLease(VOLUME, holder(2, 1), false));
        change(new Command.Activate(EXTENT, 1, 1, List.of(A, B, C), 1, false));
        change(new Command.RemoveMember(EXTENT, 1, 2, B));
        change(new Command.RemoveMember(EXTENT, 1, 3, C));
        assertEquals(List.of(A), row().inSync());
    }

    private Answer.MemberResult change(MemberChange change) {
        Answer answer = catalog.submit(new Command.ChangeMembers(List.of(change)));
        return ((Answer.MembersChanged) answer).results().getFirst();
    }

    private ExtentRow row() {
        return catalog.tables().extents().get(EXTENT).orElseThrow();
    }

    private VolumeRow volume() {
        return catalog.tables().volumes().get(VOLUME).orElseThrow();
    }

    private void expire(int server) {
        catalog.submit(new Command.ExpireServer(server(server), 1));
    }

    private static Command.OverrideInSync override(MirrorId mirror, long setVersion) {
        return new Command.OverrideInSync(EXTENT, setVersion, mirror, "ann", "it burnt", 5);
    }

    private void done(Command command) {
        assertEquals(new Answer.Done(), catalog.submit(command));
    }

    private void refused(ErrorCode code, Command command) {
        ExtentRow before = row();
        Answer answer = catalog.submit(command);
        assertEquals(code, assertInstanceOf(Answer.Rejected.class, answer).code(), "" + answer);
        assertEquals(before, row());
    }

    @Test
    void letsTheChosenMirrorGoOnAndSaysSo() {
        expire(1);
        done(override(B, 4));
        assertEquals(List.of(B), row().inSync());
        assertEquals(5, row().setVersion());
        assertEquals(
                List.of(new OverrideRecord(2, 4, List.of(B), List.of(A), "ann", "it burnt", 5)),
                row().overrides());
        assertEquals(new Lease(2, Optional.empty()), volume().lease());
        assertTrue(row().overridden());
    }

    @Test
    void nothingOfTheHolderBeforeIsAppliedAnyMore() {
        expire(1);
        done(override(B, 4));
        assertFalse(change(new Command.AddMember(EXTENT, 1, 5, C)).applied());
        assertFalse(change(new Command.Activate(EXTENT, 1, 5, List.of(B), 9, true)).applied());
        assertInstanceOf(
                Answer.Rejected.class,
                catalog.submit(new Command.ReleaseLease(VOLUME, holder(2, 1), 1)));
        Answer next = catalog.submit(new Command.AcquireLease(VOLUME, holder(2, 1), false));
        assertEquals(3, assertInstanceOf(Answer.LeaseGranted.class, next).epoch());
    }

    @Test
    void theNextActivationIsLossyWhateverItSays() {
        expire(1);
        done(override(B, 4));
        catalog.submit(new Command.AcquireLease(VOLUME, holder(2, 1), false));
        assertTrue(change(new Command.Activate(EXTENT, 3, 5, List.of(B), 7, false)).applied());
        assertFalse(row().overridden());
        assertTrue(row().lossUntold());
        assertEquals(List.of(new EpochStart(1, 1), new EpochStart(3, 7)), row().history());
        assertEquals(1, row().overrides().size(), "the record stays");
        catalog.submit(new Command.ReleaseLease(VOLUME, holder(2, 1), 3));
        catalog.submit(new Command.AcquireLease(VOLUME, holder(3, 1), false));
        assertTrue(change(new Command.Activate(EXTENT, 4, 6, List.of(B), 9, false)).applied());
        assertEquals(1, row().lossyActivations());
    }

    @Test
    void aRepetitionHasNoSecondEffect() {
        expire(1);
        done(override(B, 4));
        ExtentRow after = row();
        VolumeRow volume = volume();
        done(override(B, 4));
        assertEquals(after, row());
        assertEquals(volume, volume());
    }

    @Test
    void refusesWhatSawAnotherSet() {
        expire(1);
        refused(ErrorCode.CONFLICT, override(B, 3));
        done(override(B, 4));
        refused(ErrorCode.CONFLICT, override(C, 4));
    }

    @Test
    void refusesWhileAnInSyncMirrorIsWithinReach() {
        refused(ErrorCode.CONFLICT, override(B, 4));
        done(new Command.ReportDevice(server(1), device(1), true));
        done(override(B, 4));
    }

    @Test
    void refusesWhoMayNotGoOn() {
        expire(1);
        expire(2);
        refused(ErrorCode.UNAVAILABLE, override(B, 4));
        refused(ErrorCode.CONFLICT, override(A, 4));
        refused(ErrorCode.NOT_FOUND, override(new MirrorId(9), 4));
    }

    @Test
    void refusesTextThatIsNone() {
        expire(1);
        refused(
                ErrorCode.INVALID,
                new Command.OverrideInSync(EXTENT, 4, B, "ann", "x".repeat(257), 5));
        refused(ErrorCode.INVALID, new Command.OverrideInSync(EXTENT, 4, B, " ", "why", 5));
        refused(ErrorCode.INVALID, new Command.OverrideInSync(EXTENT, 4, B, "ann", "a\nb", 5));
    }

    @Test
    void ofASetThatWaitsForALostMemberTheOthersGoOn() {
        change(new Command.AddMember(EXTENT, 1, 4, B));
        change(new Command.AddMember(EXTENT, 1, 5, C));
        expire(1);
        done(override(B, 6));
        assertEquals(List.of(B, C), row().inSync());
        assertEquals(List.of(A), row().overrides().getLast().abandoned());
    }

    @Test
    void whoeverCameBackMeanwhileIsNotAbandoned() {
        expire(1);
        Plan plan = Planner.plan(catalog.tables(), override(B, 4));
        Event planned = assertInstanceOf(Plan.Proposed.class, plan).event();
        catalog.submit(new Command.ReturnServer(server(1), 1));
        ExtentRow before = row();
        assertInstanceOf(
                Outcome.Stale.class, Applier.apply((MemoryTables) catalog.tables(), planned));
        assertEquals(before, row());
    }

    @Test
    void theServerOfTheChosenMirrorLooksAfterIt() {
        expire(1);
        expire(3);
        done(override(B, 4));
        assertEquals(List.of(volume()), Neglect.of(catalog.tables(), server(2)));
    }
}
