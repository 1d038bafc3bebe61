package io.ashlar.dataplane.store.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reads for which a disk is needed that may be slow. */
final class DiskReadsTest {

    private final DiskReads reads = new DiskReads("test", 3);
    private final List<Slow> all = new ArrayList<>();

    /** The disk has it when the test says so. */
    private static final class Slow implements DiskReads.Read {

        private final CountDownLatch there = new CountDownLatch(1);
        private final CountDownLatch waitedFor = new CountDownLatch(1);
        private final CountDownLatch answered = new CountDownLatch(1);
        private final AtomicInteger answers = new AtomicInteger();
        private volatile boolean begun;

        @Override
        public boolean begin() {
            begun = true;
            return there.getCount() == 0;
        }

        @Override
        public void finish() {
            waitedFor.countDown();
            try {
                there.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void answer() {
            answers.incrementAndGet();
            answered.countDown();
        }
    }

    @AfterEach
    void close() throws InterruptedException {
        for (Slow read : all) {
            read.there.countDown();
            assertTrue(read.answered.await(10, TimeUnit.SECONDS));
            assertEquals(1, read.answers.get());
        }
        while (reads.busy()) {
            Thread.onSpinWait();
        }
        reads.close();
    }

    private Slow asked() {
        Slow read = new Slow();
        all.add(read);
        reads.add(read);
        return read;
    }

    @Test
    void allAreBegunBeforeOneIsWaitedFor() throws InterruptedException {
        List<Slow> many = List.of(asked(), asked(), asked(), asked());
        reads.start();
        assertTrue(many.getFirst().waitedFor.await(10, TimeUnit.SECONDS));
        for (Slow read : many) {
            assertTrue(read.begun);
        }
        assertTrue(reads.busy());
    }

    @Test
    void oneThatTakesLongDelaysNoOther() throws InterruptedException {
        reads.start();
        Slow stuck = asked();
        assertTrue(stuck.waitedFor.await(10, TimeUnit.SECONDS));
        Slow alsoStuck = asked();
        for (int i = 0; i < 100; i++) {
            Slow next = asked();
            next.there.countDown();
            assertTrue(next.answered.await(10, TimeUnit.SECONDS));
        }
        assertEquals(1, stuck.answered.getCount());
        assertEquals(1, alsoStuck.answered.getCount());
    }

    @Test
    void goesOnOnceAllThreadsWereStuck() throws InterruptedException {
        reads.start();
        List<Slow> stuck = List.of(asked(), asked(), asked());
        for (Slow read : stuck) {
            assertTrue(read.waitedFor.await(10, TimeUnit.SECONDS));
        }
        Slow next = asked();
        next.there.countDown();
        assertFalse(next.answered.await(50, TimeUnit.MILLISECONDS));
        stuck.get(1).there.countDown();
        stuck.get(2).there.countDown();
        assertTrue(next.answered.await(10, TimeUnit.SECONDS));
    }
}
