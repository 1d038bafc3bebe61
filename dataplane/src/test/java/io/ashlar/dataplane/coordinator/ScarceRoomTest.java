package io.ashlar.dataplane.coordinator;

import static io.ashlar.dataplane.coordinator.Stage.A;
import static io.ashlar.dataplane.coordinator.Stage.B;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.BlockSet;
import io.ashlar.common.block.Payload;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a coordinator does when a mirror's device has little room, or none (P8, H15). */
final class ScarceRoomTest {

    private static final long PLENTY = 1L << 40;
    private static final long LITTLE = 256 << 10;

    /** What a change of one block is counted as. */
    private static final long ONE = 8192;

    private final Stage stage = new Stage(List.of(A, B), PLENTY, LITTLE);

    private void bothHaveAll() {
        stage.written(A);
        stage.written(B);
    }

    @Test
    void refusesWhatHasNoRoomBeforeItHasASeqAndTakesTrims() {
        stage.room(B, ONE - 1);
        stage.pass(300); // it tells of that with its promise
        Stage.Outcome refused = stage.write(0, 1);
        assertEquals("NO_SPACE", refused.toString());
        assertEquals(List.of(), stage.writesTo(A));

        Stage.Outcome trim = stage.trim(300, 2);
        bothHaveAll();
        assertEquals("done", trim.toString());
    }

    @Test
    void learnsOfRoomWithoutWriting() {
        stage.room(B, 0);
        stage.pass(300);
        assertEquals("NO_SPACE", stage.write(0, 1).toString());
        stage.room(B, LITTLE);
        stage.pass(300);
        Stage.Outcome written = stage.write(0, 1);
        bothHaveAll();
        assertEquals("done", written.toString());
        assertEquals(Optional.empty(), stage.resigned());
    }

    /** Others may be on their way to the same device on the strength of the same number. */
    @Test
    void hasAPartOfTheRoomOnItsWayAndWaitsForTheRest() {
        for (int i = 0; i < 3; i++) {
            stage.write(10 + i, 1); // two of them are a sixteenth
        }
        stage.write(20, 1);
        assertEquals(List.of(10L, 11L), stage.writesTo(B));
        stage.reply(B, new MirrorReply.Written(10, LITTLE));
        assertEquals(List.of(12L), stage.writesTo(B));
        stage.reply(B, new MirrorReply.Written(12, LITTLE));
        assertEquals(List.of(20L), stage.writesTo(B));
    }

    @Test
    void whatWaitsIsRefusedOnceItIsKnownThatThereIsNoRoom() {
        Stage.Outcome first = stage.write(10, 1);
        Stage.Outcome large = stage.write(20, 100);
        assertEquals("open", large.toString());
        stage.room(B, LITTLE / 2);
        bothHaveAll();
        assertEquals("done", first.toString());
        assertEquals("NO_SPACE", large.toString());
        assertEquals(Optional.empty(), stage.resigned());
    }

    @Test
    void whatWaitsKeepsItsPlaceAndTrimsPassItUnlessTheyMeetIt() {
        stage.write(10, 1);
        stage.write(20, 4); // waits
        stage.write(30, 1); // there is room for it beside the first, and it waits all the same
        stage.trim(20, 1);
        stage.trim(40, 1);
        assertEquals(List.of(10L, 40L), stage.writesTo(B));
        stage.reply(B, new MirrorReply.Written(11, LITTLE));
        assertEquals(List.of(20L, 20L), stage.writesTo(B));
        stage.reply(B, new MirrorReply.Written(13, LITTLE));
        assertEquals(List.of(30L), stage.writesTo(B));
    }

    // ---- a mirror that comes back ----

    private static Stage withTarget(long room) {
        Stage stage = new Stage(List.of(A), PLENTY, room);
        stage.pass(50);
        return stage;
    }

    private static <T> T only(List<MirrorRequest> requests, Class<T> type) {
        return requests.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .reduce((a, b) -> {
                    throw new AssertionError("more than one: " + requests);
                })
                .orElseThrow(() -> new AssertionError("no " + type + " in " + requests));
    }

    /** Brings the resync of B to where it copies. */
    private static void startCopying(Stage stage, BlockSet changed) {
        for (var mirror : List.of(B, A)) {
            var list = only(stage.taken(mirror), MirrorRequest.ListChanged.class);
            stage.reply(mirror, new MirrorReply.Changed(list.id(), changed));
        }
        var start = only(stage.taken(B), MirrorRequest.StartResync.class);
        stage.reply(B, new MirrorReply.Copied(start.id()));
    }

    @Test
    void aTargetIsNotFilledToTheBrimAndIsLeftAloneForAWhile() {
        Stage stage = withTarget(ONE);
        BlockSet changed = new BlockSet();
        changed.add(new BlockRange(600, 1));
        startCopying(stage, changed);
        stage.write(10, 1);
        assertEquals(List.of(10L), stage.writesTo(B));
        stage.write(11, 1);
        stage.write(12, 1);
        assertEquals(List.of(), stage.writesTo(B));
        assertEquals(List.of(10L, 11L, 12L), stage.writesTo(A));

        stage.pass(900);
        assertEquals(List.of(), stage.taken(B));
        stage.pass(300);
        assertInstanceOf(MirrorRequest.Fence.class, stage.taken(B).getFirst());
    }

    /** What was trimmed meanwhile may be all that stands between the target and its room. */
    @Test
    void whatTakesNoRoomIsCopiedFirst() {
        Stage stage = withTarget(0);
        BlockSet changed = new BlockSet();
        changed.add(new BlockRange(0, 1));
        changed.add(new BlockRange(256, 1));
        startCopying(stage, changed);
        for (MirrorRequest request : stage.taken(A)) {
            var read = assertInstanceOf(MirrorRequest.ReadImage.class, request);
            boolean data = read.page() == 0;
            stage.reply(A, new MirrorReply.Image(read.id(), image(read.page(), data)));
        }
        var hole = only(stage.taken(B), MirrorRequest.CopyPage.class);
        assertEquals(1, hole.image().page());
        assertTrue(stage.taken(A).isEmpty(), "it is asked for again before that has arrived");

        stage.reply(B, new MirrorReply.Copied(hole.id()));
        var read = only(stage.taken(A), MirrorRequest.ReadImage.class);
        stage.reply(A, new MirrorReply.Image(read.id(), image(0, true)));
        assertEquals(0, only(stage.taken(B), MirrorRequest.CopyPage.class).image().page());
    }

    private static PageImage image(int page, boolean data) {
        return new PageImage(
                page,
                new int[] {0},
                new long[] {9},
                new byte[] {data ? PageImage.DATA : PageImage.HOLE},
                Payload.of(new byte[data ? 4096 : 0]));
    }
}
