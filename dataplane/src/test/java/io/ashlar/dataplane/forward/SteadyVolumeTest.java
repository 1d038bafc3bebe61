package io.ashlar.dataplane.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.volume.AttachedVolume;
import io.ashlar.dataplane.volume.Done;
import io.ashlar.dataplane.volume.Reply;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A client's attachment over one way after another. */
class SteadyVolumeTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<Reply<Way>> asked = new ArrayList<>();
    private final byte[] content = new byte[1 << 16];
    private final Debt debt = new Debt();
    private final ManualVolume first = manual();
    private final List<String> told = new ArrayList<>();
    private final SteadyVolume volume = client(way(first, 5, 0));

    SteadyVolumeTest() {
        channel.freezeTime(); // it passes as the tests say, however slow the machine is
    }

    private ManualVolume manual() {
        return new ManualVolume(channel.eventLoop(), content);
    }

    private static Way way(AttachedVolume volume, long epoch, long losses) {
        return new Way(volume, new ServerId("holder"), epoch, losses, false);
    }

    private SteadyVolume client(Way way) {
        SteadyVolume made =
                new SteadyVolume(channel.eventLoop(), (lost, reply) -> asked.add(reply), debt, way);
        made.onLost(() -> told.add("lost"));
        return made;
    }

    private void passTime(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    private void find(Way next) {
        asked.removeLast().done(next);
    }

    private static Pair.Got<Done> written(AttachedVolume to, int value) {
        Pair.Got<Done> got = new Pair.Got<>();
        to.write(0, new byte[] {(byte) value}, false, got);
        return got;
    }

    private static Pair.Got<Done> flushed(AttachedVolume to) {
        Pair.Got<Done> got = new Pair.Got<>();
        to.flush(got);
        return got;
    }

    @Test
    void requestsWithoutAnAnswerAreAskedAgainInOrder() {
        Pair.Got<Done> answered = written(volume, 1);
        first.answerAll();
        Pair.Got<Done> write = written(volume, 2);
        Pair.Got<byte[]> read = new Pair.Got<>();
        volume.read(0, 1, read);
        first.lose();
        Pair.Got<Done> during = new Pair.Got<>();
        volume.trim(8, 1, true, during);
        assertEquals(List.of(), asked.stream().skip(1).toList());

        ManualVolume second = manual();
        find(way(second, 6, 0));
        assertEquals(List.of("write", "read", "trim true"), second.executed);
        second.answerAll();
        assertEquals(1, answered.answers);
        assertTrue(write.result.isPresent());
        assertEquals(2, read.result.orElseThrow()[0]);
        assertTrue(during.result.isPresent());
        assertEquals(List.of(), told);
    }

    /** The copy that was asked elsewhere may yet be executed: only its answer counts (H17). */
    @Test
    void whatALostWayAnswersIsDiscarded() {
        Pair.Got<Done> write = written(volume, 1);
        first.lose();
        first.answerAll();
        assertEquals(0, write.answers);
        ManualVolume second = manual();
        find(way(second, 6, 0));
        first.answerAll();
        assertEquals(0, write.answers);
        second.answerAll();
        assertEquals(1, write.answers);
    }

    @Test
    void aWayUnderAnEarlierEpochIsNotTaken() {
        Pair.Got<Done> write = written(volume, 1);
        first.lose();
        ManualVolume old = manual();
        find(way(old, 4, 0));
        assertTrue(old.detached);
        assertEquals(List.of(), old.executed);
        passTime(101);
        ManualVolume next = manual();
        find(way(next, 5, 0));
        next.answerAll();
        assertEquals(1, write.answers);
    }

    @Test
    void theAttachmentIsLostWhenNoWayIsFoundInTime() {
        Pair.Got<Done> write = written(volume, 1);
        first.lose();
        passTime(SteadyVolume.PATIENCE.toMillis() - 10);
        asked.removeLast().failed(ErrorCode.HELD, "elsewhere");
        assertEquals(List.of(), told);
        passTime(11);
        assertEquals(List.of("lost"), told);
        ManualVolume late = manual();
        asked.forEach(reply -> reply.done(way(late, 6, 0)));
        passTime(1000);
        assertTrue(write.result.isEmpty());
        assertEquals(List.of(), late.executed);
    }

    /** It may have gone elsewhere, asked again there, and written something newer. */
    @Test
    void nothingIsAskedAgainForAClientThatSendsNoMore() {
        Pair.Got<Done> write = written(volume, 1);
        volume.leaving();
        assertEquals(List.of(), told);
        first.lose();
        assertEquals(List.of("lost"), told);
        assertTrue(asked.isEmpty());
        assertEquals(Optional.of(ErrorCode.UNAVAILABLE), write.failure, "who waits may stop");
    }

    @Test
    void norWhenItStopsWhileAnotherWayIsSought() {
        Pair.Got<Done> write = written(volume, 1);
        first.lose();
        volume.leaving();
        assertEquals(List.of("lost"), told);
        ManualVolume next = manual();
        find(way(next, 6, 0));
        assertTrue(next.executed.isEmpty() && next.detached);
        assertTrue(write.result.isEmpty());
    }

    /** A request that ends every coordinator that it meets must not do so for ever. */
    @Test
    void aRequestThatNoWaySurvivesEndsTheAttachment() {
        Pair.Got<Done> write = written(volume, 1);
        ManualVolume now = first;
        int ways = 0;
        while (told.isEmpty()) {
            now.lose();
            if (asked.isEmpty()) {
                passTime(101);
            }
            if (told.isEmpty()) {
                now = manual();
                find(way(now, 6 + ways, 0));
                ways++;
            }
        }
        assertTrue(write.result.isEmpty());
        assertTrue(ways <= SteadyVolume.PATIENCE.toMillis() / 100 + 1, ways + " ways");
    }

    @Test
    void anAnswerOnTheNewWayStopsTheClock() {
        written(volume, 1);
        first.lose();
        passTime(SteadyVolume.PATIENCE.toMillis() - 10);
        ManualVolume next = manual();
        find(way(next, 6, 0));
        next.answerAll();
        passTime(1000);
        assertEquals(List.of(), told);
        next.lose();
        assertFalse(asked.isEmpty());
    }

    @Test
    void theNextFlushTellsOfWritesThatWereLostUnflushed() {
        written(volume, 1);
        first.answerAll();
        first.lose();
        SteadyVolume other = client(way(manual(), 6, 1)); // came after the loss
        ManualVolume second = manual();
        second.flushes = true;
        find(way(second, 6, 1));
        Pair.Got<Done> early = flushed(volume);
        Pair.Got<Done> late = flushed(volume);
        second.answerAll();
        assertEquals(Optional.of(ErrorCode.LOST_UNFLUSHED), early.failure);
        assertTrue(late.result.isPresent());
        other.detach();
    }

    @Test
    void aClientThatComesBackAsANewOneIsToldOnce() {
        ManualVolume way = manual();
        way.flushes = true;
        SteadyVolume back = client(new Way(way, new ServerId("holder"), 6, 1, true));
        Pair.Got<Done> early = flushed(back);
        Pair.Got<Done> late = flushed(back);
        way.answerAll();
        assertEquals(Optional.of(ErrorCode.LOST_UNFLUSHED), early.failure);
        assertTrue(late.result.isPresent());
        back.detach();
    }

    @Test
    void aFlushThatWasUnderWayTellsOfTheLossToo() {
        written(volume, 1);
        first.answerAll();
        Pair.Got<Done> flush = flushed(volume);
        first.lose();
        ManualVolume second = manual();
        second.flushes = true;
        find(way(second, 6, 1));
        second.answerAll();
        assertEquals(Optional.of(ErrorCode.LOST_UNFLUSHED), flush.failure);
    }

    /** Its flush would have covered what another connection wrote: both are told. */
    @Test
    void aConnectionIsToldOfWhatAnotherOneWrote() {
        ManualVolume theirs = manual();
        SteadyVolume other = client(way(theirs, 5, 0));
        written(volume, 1);
        first.answerAll();
        first.lose();
        theirs.lose();
        for (SteadyVolume client : List.of(other, volume)) {
            ManualVolume next = manual();
            next.flushes = true;
            find(way(next, 6, 1));
            Pair.Got<Done> flush = flushed(client);
            next.answerAll();
            assertEquals(Optional.of(ErrorCode.LOST_UNFLUSHED), flush.failure);
        }
    }

    /** What it wrote through the server that it had before is not known here. */
    @Test
    void aClientThatCameBeforeTheLossIsToldWhileClientsHaveToBe() {
        first.lose();
        ManualVolume second = manual();
        second.flushes = true;
        find(new Way(second, new ServerId("holder"), 6, 1, true));
        Pair.Got<Done> flush = flushed(volume);
        second.answerAll();
        assertEquals(Optional.of(ErrorCode.LOST_UNFLUSHED), flush.failure);
    }

    @Test
    void whoHadFlushedIsNotTold() {
        first.flushes = true;
        written(volume, 1);
        first.answerAll();
        flushed(volume);
        first.answerAll();
        Pair.Got<Done> through = new Pair.Got<>();
        volume.write(0, new byte[] {2}, true, through);
        first.answerAll();
        first.lose();
        ManualVolume second = manual();
        second.flushes = true;
        find(way(second, 6, 1));
        Pair.Got<Done> flush = flushed(volume);
        second.answerAll();
        assertTrue(flush.result.isPresent());
    }

    @Test
    void aClientThatLeavesWhileAWayIsSoughtLeavesThatWayToo() {
        first.lose();
        volume.detach();
        ManualVolume late = manual();
        find(way(late, 6, 0));
        assertTrue(late.detached);
        passTime(SteadyVolume.PATIENCE.toMillis() + 1);
        assertEquals(List.of(), told);
    }

    /**
     * A client that writes one value after the other over links that break and epochs that end,
     * with messages of old links arriving at any later time: what was acknowledged is never
     * overwritten by anything older (H17).
     */
    @Test
    void anAcknowledgedWriteIsNeverFollowedByAnOlderOne() {
        int acknowledged = 0;
        for (int seed = 1; seed <= 300; seed++) {
            acknowledged += new Story(new Random(seed), "seed " + seed).run();
        }
        assertTrue(acknowledged > 300 * 10, acknowledged + " writes");
    }

    /** One run of the test above. */
    private static final class Story {

        private final Pair pair = new Pair();
        private final List<Pair.Link> links = new ArrayList<>();
        private final Random random;
        private final String name;
        private Pair.Got<Done> last = new Pair.Got<>();
        private int acknowledged;
        private int tried;

        Story(Random random, String name) {
            this.random = random;
            this.name = name;
        }

        int run() {
            links.add(pair.linkUp());
            Pair.Got<Way> opened = pair.open();
            pair.settle();
            SteadyVolume client =
                    new SteadyVolume(
                            pair.loop,
                            (lost, reply) ->
                                    pair.forwarder.rejoin(Pair.VOLUME, "v", Pair.HOLDER, reply),
                            new Debt(),
                            opened.result.orElseThrow());
            client.onLost(() -> {
                throw new AssertionError(name + ": lost");
            });
            for (int step = 0; step < 1200; step++) {
                write(client);
                something();
                check();
            }
            for (int calm = 0; calm < 40; calm++) {
                if (pair.up.isEmpty()) {
                    links.add(pair.linkUp());
                }
                links.stream()
                        .filter(link -> !pair.up.equals(Optional.of(link)))
                        .forEach(pair.reception::closed);
                pair.settle();
                pair.passTime(101);
                check();
            }
            assertEquals(tried, acknowledged, name);
            return acknowledged;
        }

        private void write(SteadyVolume client) {
            if (last.answers > 0 || tried == 0) {
                acknowledged = tried;
                tried++;
                last = written(client, tried);
            }
        }

        private void check() {
            int found = Byte.toUnsignedInt(pair.content[0]);
            boolean current = found == (acknowledged & 255) || found == (tried & 255);
            assertTrue(current, name + ": " + found + " after " + acknowledged);
            if (last.answers > 0) {
                acknowledged = tried;
                assertEquals(tried & 255, found, name);
            }
        }

        private void something() {
            Pair.Link link = links.get(random.nextInt(links.size()));
            switch (random.nextInt(40)) {
                case 0 -> {
                    if (pair.up.isPresent()) {
                        pair.linkDownHere();
                    }
                }
                case 1, 2, 3 -> {
                    if (pair.up.isEmpty()) {
                        links.add(pair.linkUp());
                    }
                }
                case 4 -> pair.endEpoch();
                case 5 -> {
                    if (!pair.up.equals(Optional.of(link))) {
                        pair.reception.closed(link);
                    }
                }
                case 6, 7, 8, 9, 10, 11 -> pair.passTime(20);
                case 12, 13, 14, 15, 16, 17, 18 -> pair.up.ifPresent(Pair.Link::deliverFromHolder);
                case 19, 20, 21, 22, 23, 24 ->
                        pair.attachments.get(random.nextInt(pair.attachments.size())).answerAll();
                case 25, 26, 27, 28, 29, 30 -> pair.attachments.getLast().answerAll();
                case 31, 32, 33 -> link.deliverOneToHolder();
                default -> pair.up.ifPresent(Pair.Link::deliverOneToHolder);
            }
        }
    }
}
