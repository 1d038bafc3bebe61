package io.ashlar.dataplane.forward;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.message.ForwardRequest;
import io.ashlar.dataplane.message.RaggedBytes;
import io.ashlar.dataplane.message.ToHolder;
import io.ashlar.dataplane.volume.Allocation;
import io.ashlar.dataplane.volume.AttachedVolume;
import io.ashlar.dataplane.volume.Done;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Forwarder and holder together, message by message. */
class ForwardingTest {

    private final Pair pair = new Pair();

    private AttachedVolume attached() {
        Pair.Got<Way> got = pair.open();
        pair.settle();
        return got.result.orElseThrow().volume();
    }

    @Test
    void whatIsWrittenAnywhereAtAnyLengthIsRead() {
        pair.linkUp();
        AttachedVolume volume = attached();
        assertEquals(pair.content.length, volume.info().sizeBytes());
        byte[] model = new byte[pair.content.length];
        Random random = new Random(3);
        for (int i = 0; i < 60; i++) {
            byte[] data = new byte[1 + random.nextInt(i % 3 == 0 ? 5 << 20 : 20_000)];
            random.nextBytes(data);
            int at = random.nextInt(model.length - data.length + 1);
            System.arraycopy(data, 0, model, at, data.length);
            Pair.Got<Done> written = new Pair.Got<>();
            volume.write(at, data, false, written);
            pair.settle();
            assertEquals(1, written.answers);
            assertEquals(Optional.of(Done.DONE), written.result);

            int length = 1 + random.nextInt(model.length);
            int from = random.nextInt(model.length - length + 1);
            Pair.Got<byte[]> read = new Pair.Got<>();
            volume.read(from, length, read);
            pair.settle();
            assertEquals(1, read.answers);
            assertArrayEquals(
                    Arrays.copyOfRange(model, from, from + length), read.result.orElseThrow());
        }
        assertArrayEquals(model, pair.content);
    }

    @Test
    void everyPieceOfAnFuaWriteIsFua() {
        pair.linkUp();
        AttachedVolume volume = attached();
        volume.write(1 << 19, new byte[3 << 20], true, new Pair.Got<>());
        pair.settle();
        assertEquals(Collections.nCopies(4, "write fua"), pair.lastAttachment().executed);
    }

    @Test
    void theOtherRequestsGoThroughAndFailuresComeBack() {
        pair.linkUp();
        AttachedVolume volume = attached();
        volume.zero(1, 1 << 22, true, false, new Pair.Got<>());
        volume.trim(2, 1 << 22, true, new Pair.Got<>());
        Pair.Got<Done> flushed = new Pair.Got<>();
        volume.flush(flushed);
        Pair.Got<List<Allocation>> runs = new Pair.Got<>();
        volume.allocation(0, 4096, runs);
        pair.settle();
        assertEquals(
                List.of("zero true false", "trim true", "flush", "survey"),
                pair.lastAttachment().executed);
        assertEquals(Optional.of(ErrorCode.LOST_UNFLUSHED), flushed.failure);
        assertEquals(List.of(new Allocation(4096, Allocation.Kind.ZERO)), runs.result.get());
    }

    @Test
    void noMoreThanTheAgreedRequestsAndBytesAreUnderWay() {
        Pair.Link link = pair.linkUp();
        AttachedVolume volume = attached();
        List<Pair.Got<byte[]>> reads = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            reads.add(new Pair.Got<>());
            volume.read(i, i % 10 == 0 ? 1 << 20 : 1, reads.getLast());
        }
        int seen = 0;
        while (!link.toHolder.isEmpty()) {
            assertTrue(link.toHolder.size() <= Limits.REQUESTS);
            seen += link.toHolder.size();
            pair.lastAttachment().executed.clear();
            link.deliverToHolder();
            pair.lastAttachment().answerAll();
            link.deliverFromHolder();
        }
        assertTrue(seen >= 1000);
        reads.forEach(read -> assertTrue(read.result.isPresent()));
    }

    @Test
    void whatWaitedForAClientThatHasLeftIsNotSent() {
        pair.linkUp();
        AttachedVolume stays = attached();
        AttachedVolume leaves = attached();
        for (int i = 0; i < Limits.REQUESTS; i++) {
            stays.flush(new Pair.Got<>());
        }
        Pair.Got<Done> unsent = new Pair.Got<>();
        leaves.write(0, new byte[] {1}, false, unsent);
        Pair.Got<Done> last = new Pair.Got<>();
        stays.flush(last);
        leaves.detach();
        pair.settle();
        assertTrue(last.result.isPresent() || last.failure.isPresent());
        assertEquals(
                Collections.nCopies(Limits.REQUESTS + 1, "flush"), pair.lastAttachment().executed);
        assertEquals(Optional.of(ErrorCode.UNAVAILABLE), unsent.failure);
    }

    /** Whoever keeps an account of what is under way has to be told. */
    @Test
    void theLastClientThatLeavesHasNoRequestWithoutAnAnswer() {
        pair.linkUp();
        AttachedVolume only = attached();
        Pair.Got<Done> write = new Pair.Got<>();
        only.write(0, new byte[] {1}, false, write);
        only.detach();
        assertEquals(Optional.of(ErrorCode.UNAVAILABLE), write.failure);
        pair.settle();
        assertEquals(1, write.answers);
    }

    @Test
    void aForwarderThatSendsMoreThanAgreedLosesItsSession() {
        Pair.Link link = pair.linkUp();
        attached();
        for (int i = 0; i <= Limits.REQUESTS; i++) {
            pair.reception.received(
                    link, new ToHolder(Pair.VOLUME, pair.epoch, 1, new ForwardRequest.Flush(i)));
        }
        assertEquals(Limits.REQUESTS, pair.lastAttachment().executed.size());
        assertFalse(pair.lastAttachment().detached);
        pair.lastAttachment().answerAll();
        assertTrue(pair.lastAttachment().detached);
        assertEquals(0, pair.reception.sessions());
    }

    @Test
    void aRequestBeyondTheEndIsRefused() {
        Pair.Link link = pair.linkUp();
        AttachedVolume volume = attached();
        pair.reception.received(
                link,
                new ToHolder(
                        Pair.VOLUME,
                        pair.epoch,
                        1,
                        new ForwardRequest.Trim(5, Long.MAX_VALUE, Long.MAX_VALUE, false)));
        Pair.Got<byte[]> read = new Pair.Got<>();
        volume.read(pair.content.length, 1, read);
        pair.settle();
        assertEquals(Optional.of(ErrorCode.INVALID), read.failure);
        assertEquals(List.of(), pair.lastAttachment().executed);
    }

    /** PROTOCOL H17. */
    @Test
    void aSessionOpensOnlyWhenTheRequestsOfTheOneBeforeAreFinished() {
        Pair.Link first = pair.linkUp();
        AttachedVolume before = attached();
        Pair.Got<Done> unanswered = new Pair.Got<>();
        before.write(0, new byte[] {1}, false, unanswered);
        first.deliverToHolder(); // executed, not answered
        ManualVolume old = pair.lastAttachment();
        pair.linkDownHere();

        Pair.Link second = pair.linkUp();
        Pair.Got<Way> again = pair.open();
        second.deliverToHolder();
        second.deliverFromHolder();
        assertEquals(0, again.answers);
        assertEquals(List.of(old), pair.attachments);

        old.answerAll();
        second.deliverFromHolder();
        assertTrue(again.result.isPresent());
        assertTrue(old.detached);
        assertEquals(0, unanswered.answers);
    }

    /** PROTOCOL H17: the original of a request that was sent again is still in the network. */
    @Test
    void aRequestThatComesAfterItsSessionIsDiscarded() {
        Pair.Link first = pair.linkUp();
        AttachedVolume before = attached();
        before.write(0, new byte[] {1}, false, new Pair.Got<>());
        pair.linkDownHere(); // with the write under way
        pair.linkUp();
        AttachedVolume after = attached();
        after.write(0, new byte[] {2}, false, new Pair.Got<>());
        pair.settle();

        first.deliverToHolder();
        assertEquals(2, pair.content[0]);
        pair.reception.closed(first);
        after.write(1, new byte[] {3}, false, new Pair.Got<>());
        pair.settle();
        assertEquals(3, pair.content[1]);
    }

    @Test
    void aHelloThatComesAfterTheNextOneIsDropped() {
        Pair.Link first = pair.linkUp();
        pair.open();
        pair.linkDownHere(); // with the hello under way
        pair.linkUp();
        AttachedVolume after = attached();
        first.deliverToHolder();
        Pair.Got<byte[]> read = new Pair.Got<>();
        after.read(0, 1, read);
        pair.settle();
        assertTrue(read.result.isPresent());
        assertEquals(1, pair.attachments.size());
    }

    @Test
    void sessionsThatNeverBeganDoNotKeepALaterOneFromIt() {
        pair.attachLater = true;
        pair.linkUp();
        for (int i = 0; i < 3; i++) {
            Pair.Got<Way> got = pair.open();
            pair.settle();
            pair.passTime(1001);
            assertEquals(Optional.of(ErrorCode.UNAVAILABLE), got.failure);
        }
        Pair.Got<Way> last = pair.open();
        pair.settle();
        pair.attachLater = false;
        assertEquals(1, pair.attaching.size());
        pair.serve(pair.attaching.getFirst());
        pair.settle();
        assertTrue(last.result.isPresent());
        assertTrue(pair.attachments.getFirst().detached);
        assertEquals(2, pair.attachments.size());
    }

    @Test
    void theEndOfAnEpochLosesTheSessionAndAnswersNothing() {
        Pair.Link link = pair.linkUp();
        AttachedVolume volume = attached();
        List<String> told = new ArrayList<>();
        volume.onLost(() -> told.add("lost"));
        Pair.Got<Done> write = new Pair.Got<>();
        volume.write(0, new byte[] {1}, false, write);
        link.deliverToHolder();
        ManualVolume old = pair.lastAttachment();
        old.lose();
        pair.epoch++;
        link.deliverFromHolder();
        assertEquals(List.of("lost"), told);

        AttachedVolume next = attached(); // waits for nothing: the old epoch is fenced
        old.answerAll();
        pair.settle();
        assertEquals(0, write.answers);
        next.write(1, new byte[] {2}, false, write);
        pair.settle();
        assertEquals(1, write.answers);
        assertEquals(List.of("lost"), told);
    }

    @Test
    void aRequestOfAnotherEpochIsDiscarded() {
        Pair.Link link = pair.linkUp();
        attached();
        pair.reception.received(
                link,
                new ToHolder(
                        Pair.VOLUME,
                        pair.epoch - 1,
                        1,
                        new ForwardRequest.Write(1, RaggedBytes.of(0, new byte[] {1}), false)));
        assertEquals(List.of(), pair.lastAttachment().executed);
    }

    @Test
    void clientsShareASessionAndTheLastOneEndsIt() {
        pair.linkUp();
        AttachedVolume one = attached();
        assertTrue(pair.forwarder.reaches(Pair.VOLUME));
        Pair.Got<Way> other = new Pair.Got<>();
        pair.forwarder.open(Pair.VOLUME, other);
        assertEquals(1, pair.attachments.size());
        one.detach();
        pair.settle();
        assertFalse(pair.lastAttachment().detached);
        other.result.orElseThrow().volume().detach();
        pair.settle();
        assertTrue(pair.lastAttachment().detached);
        assertEquals(0, pair.reception.sessions());
        assertFalse(pair.forwarder.reaches(Pair.VOLUME));
    }

    @Test
    void theEndOfALinkDetachesAtTheHolder() {
        Pair.Link link = pair.linkUp();
        AttachedVolume volume = attached();
        volume.flush(new Pair.Got<>());
        link.deliverToHolder();
        pair.reception.closed(link);
        assertFalse(pair.lastAttachment().detached);
        pair.lastAttachment().answerAll();
        assertTrue(pair.lastAttachment().detached);
        assertEquals(0, pair.reception.sessions());
    }

    @Test
    void everyClientOfASessionLearnsThatALossIsUntold() {
        pair.linkUp();
        pair.untold = true;
        for (int client = 0; client < 2; client++) {
            Pair.Got<Way> got = pair.open();
            pair.settle();
            assertTrue(got.result.orElseThrow().untold());
        }
        assertEquals(1, pair.reception.sessions());
    }

    @Test
    void aRefusalReachesTheClient() {
        pair.attachLater = true;
        pair.linkUp();
        Pair.Got<Way> got = pair.open();
        pair.settle();
        pair.attaching.getFirst().failed(ErrorCode.HELD, "elsewhere");
        pair.settle();
        assertEquals(Optional.of(ErrorCode.HELD), got.failure);
        assertEquals(0, pair.reception.sessions());
    }

    @Test
    void aHolderThatCannotBeReachedFailsInTime() {
        Pair.Got<Way> got = pair.open();
        pair.passTime(1001);
        assertEquals(Optional.of(ErrorCode.UNAVAILABLE), got.failure);
        pair.forwarder.open(new VolumeId(8), got);
        assertEquals(2, got.answers);
    }
}
