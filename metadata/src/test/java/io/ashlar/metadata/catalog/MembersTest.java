package io.ashlar.metadata.catalog;

import static io.ashlar.metadata.catalog.Cluster.GIB;
import static io.ashlar.metadata.catalog.Cluster.catalog;
import static io.ashlar.metadata.catalog.Cluster.createVolume;
import static io.ashlar.metadata.catalog.Cluster.holder;
import static io.ashlar.metadata.catalog.Cluster.view;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Answer.MemberResult;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Command.Activate;
import io.ashlar.metadata.api.Command.AddMember;
import io.ashlar.metadata.api.Command.ChangeMembers;
import io.ashlar.metadata.api.Command.MemberChange;
import io.ashlar.metadata.api.Command.RecordLossTold;
import io.ashlar.metadata.api.Command.RemoveMember;
import io.ashlar.metadata.model.EpochStart;
import io.ashlar.metadata.model.ExtentRow;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MembersTest {

    private static final VolumeId VOLUME = new VolumeId(1);
    private static final ExtentId EXTENT = new ExtentId(1);
    private static final MirrorId A = new MirrorId(1);
    private static final MirrorId B = new MirrorId(2);
    private static final MirrorId C = new MirrorId(3);

    private final Catalog catalog = catalog(3);

    @BeforeEach
    void grantAVolumeOfThreeMirrors() {
        assertEquals(
                List.of(A, B, C),
                view(catalog.submit(createVolume("db", GIB, 3))).extents().getFirst().mirrors());
        grant(1);
    }

    private void grant(int server) {
        catalog.submit(new Command.AcquireLease(VOLUME, holder(server, 1), true));
    }

    private MemberResult change(MemberChange change) {
        Answer answer = catalog.submit(new ChangeMembers(List.of(change)));
        return ((Answer.MembersChanged) answer).results().getFirst();
    }

    private ExtentRow applied(MemberChange change) {
        MemberResult result = change(change);
        assertEquals(true, result.applied(), result.toString());
        return result.row().getFirst();
    }

    private void refused(MemberChange change) {
        ExtentRow before = catalog.tables().extents().get(EXTENT).orElseThrow();
        MemberResult result = change(change);
        assertEquals(false, result.applied(), result.toString());
        assertEquals(List.of(before), result.row());
        assertEquals(before, catalog.tables().extents().get(EXTENT).orElseThrow());
    }

    @Test
    void activationKeepsAPartOfTheSetAndBeginsTheEpoch() {
        ExtentRow row = applied(new Activate(EXTENT, 1, 1, List.of(A, C), 1, false));
        assertEquals(List.of(A, C), row.inSync());
        assertEquals(2, row.setVersion());
        assertEquals(List.of(new EpochStart(1, 1)), row.history());
        assertEquals(0, row.lossyActivations());
    }

    @Test
    void aLossIsUntoldUntilItIsRecordedAsToldOnce() {
        ExtentRow lossy = applied(new Activate(EXTENT, 1, 1, List.of(A), 1, true));
        assertEquals(true, lossy.lossUntold());
        refused(new RecordLossTold(EXTENT, 1, 2, 2));
        refused(new RecordLossTold(EXTENT, 1, 1, 1));
        ExtentRow told = applied(new RecordLossTold(EXTENT, 1, 2, 1));
        assertEquals(false, told.lossUntold());
        assertEquals(2, told.setVersion(), "the set is as before");
        refused(new RecordLossTold(EXTENT, 1, 2, 1));
    }

    @Test
    void activationDropsHistoryAtOrAboveItsFirstSeq() {
        applied(new Activate(EXTENT, 1, 1, List.of(A, B, C), 1, false));
        grant(2);
        applied(new Activate(EXTENT, 2, 2, List.of(A, B, C), 11, false));
        grant(3);
        ExtentRow row = applied(new Activate(EXTENT, 3, 3, List.of(A), 9, true));
        assertEquals(List.of(new EpochStart(1, 1), new EpochStart(3, 9)), row.history());
        assertEquals(1, row.lossyActivations());
    }

    @Test
    void beginsAnEpochOnce() {
        applied(new Activate(EXTENT, 1, 1, List.of(A, B, C), 1, false));
        refused(new Activate(EXTENT, 1, 2, List.of(A, B), 9, false));
    }

    @Test
    void refusesAnActivationOfOtherMirrorsThanTheSets() {
        applied(new RemoveMember(EXTENT, 1, 1, B));
        refused(new Activate(EXTENT, 1, 2, List.of(A, B), 1, false));
        Answer empty =
                catalog.submit(
                        new ChangeMembers(
                                List.of(new Activate(EXTENT, 1, 2, List.of(), 1, false))));
        assertEquals(ErrorCode.INVALID, assertInstanceOf(Answer.Rejected.class, empty).code());
    }

    @Test
    void refusesAStaleEpochAndAStaleVersion() {
        refused(new RemoveMember(EXTENT, 0, 1, B));
        refused(new RemoveMember(EXTENT, 2, 1, B));
        refused(new RemoveMember(EXTENT, 1, 0, B));
        applied(new RemoveMember(EXTENT, 1, 1, B));
        refused(new RemoveMember(EXTENT, 1, 1, C));
    }

    @Test
    void refusesAnyChangeBeforeTheFirstGrant() {
        Catalog fresh = catalog(3);
        fresh.submit(createVolume("db", GIB, 3));
        Answer answer = fresh.submit(new ChangeMembers(List.of(new RemoveMember(EXTENT, 0, 1, B))));
        assertEquals(false, ((Answer.MembersChanged) answer).results().getFirst().applied());
    }

    @Test
    void neverRemovesTheLastMember() {
        applied(new RemoveMember(EXTENT, 1, 1, A));
        applied(new RemoveMember(EXTENT, 1, 2, B));
        refused(new RemoveMember(EXTENT, 1, 3, C));
    }

    @Test
    void takesBackOnlyAMirrorOfTheExtentThatIsNotIn() {
        applied(new RemoveMember(EXTENT, 1, 1, B));
        refused(new AddMember(EXTENT, 1, 2, new MirrorId(4)));
        refused(new AddMember(EXTENT, 1, 2, A));
        assertEquals(List.of(A, C, B), applied(new AddMember(EXTENT, 1, 2, B)).inSync());
    }

    @Test
    void eachChangeOfABatchStandsAlone() {
        Answer answer =
                catalog.submit(
                        new ChangeMembers(
                                List.of(
                                        new RemoveMember(EXTENT, 1, 1, B),
                                        new RemoveMember(EXTENT, 1, 1, C),
                                        new RemoveMember(EXTENT, 1, 2, C),
                                        new RemoveMember(new ExtentId(99), 1, 1, C))));
        assertEquals(
                List.of(true, false, true, false),
                ((Answer.MembersChanged) answer)
                        .results().stream().map(MemberResult::applied).toList());
    }

    @Test
    void answersWithNoRowForAnExtentThatIsGone() {
        catalog.submit(new Command.DeleteVolume("db", true));
        assertEquals(
                new MemberResult(false, 0, List.of()), change(new RemoveMember(EXTENT, 1, 1, A)));
    }
}
