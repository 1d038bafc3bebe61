package io.ashlar.dataplane.store.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads for which the disk is needed. One thread, the leader, has the disk fetch what all of them
 * want, and only then waits for one after the other: many are under way, and no thread has to be
 * woken for each. It answers before it waits, all at once that are there by then. Should one take
 * long, the guard, who looks now and then while others wait behind it, makes another thread the
 * leader, so that a place that the disk reads again and again delays no other read for long.
 */
final class DiskReads implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DiskReads.class);

    /** A leader that waits longer than this for one read, while others wait, is replaced. */
    private static final long LONG_NANOS = 5_000_000;

    private static final int MOST_ANSWERS = 32;
    private static final long REPLACED = -1;

    /** One read, carried out by one thread at a time. */
    interface Read {

        /** Has the disk fetch what is wanted; whether it is there already, and was read. */
        boolean begin();

        /** Waits for the disk and reads. */
        void finish();

        /** Answers, after it was read. */
        void answer();
    }

    /** Wakes the leader. */
    private static final Read NOTHING =
            new Read() {
                @Override
                public boolean begin() {
                    return true;
                }

                @Override
                public void finish() {}

                @Override
                public void answer() {}
            };

    private final String name;
    private final int most;
    private final Inbox<Read> asked = new Inbox<>();
    private final Queue<Read> begun = new ConcurrentLinkedQueue<>();
    private final AtomicInteger outstanding = new AtomicInteger();
    private final AtomicInteger leaders = new AtomicInteger();
    private final Thread guard;
    private volatile boolean guardSleeps;
    private volatile Leader leader = new Leader();
    private volatile boolean closed;

    /** With at most so many threads that wait for the disk. */
    DiskReads(String name, int most) {
        this.name = name;
        this.most = most;
        this.guard = Thread.ofPlatform().name(name + "-guard").daemon().unstarted(this::watch);
    }

    void start() {
        lead();
        guard.start();
    }

    /** Takes a read; from any thread. */
    void add(Read read) {
        boolean alone = outstanding.getAndIncrement() == 0;
        asked.add(read);
        if (!alone && guardSleeps) {
            guardSleeps = false;
            LockSupport.unpark(guard);
        }
    }

    /** Whether some are not answered. */
    boolean busy() {
        return outstanding.get() > 0;
    }

    private void lead() {
        leader = new Leader();
        Thread.ofPlatform().name(name + "-" + leaders.getAndIncrement()).daemon().start(leader);
    }

    /** Takes what comes until the device is closed, or it was replaced while it waited. */
    private final class Leader implements Runnable {

        /** Odd while it waits. Changed by itself, or by the guard who replaces it. */
        private final AtomicLong turn = new AtomicLong();

        private final List<Read> read = new ArrayList<>();

        @Override
        public void run() {
            boolean leads = true;
            while (leads && !closed) {
                Read one = asked.poll();
                if (one == null && begun.isEmpty()) {
                    answer();
                    asked.await(Long.MAX_VALUE);
                } else if (one != null && begun.isEmpty() && asked.isEmpty()) {
                    leads = await(one); // nothing else can be done meanwhile
                } else {
                    for (; one != null; one = asked.poll()) {
                        begin(one);
                    }
                    leads = goOn();
                }
            }
            answer();
            leaders.decrementAndGet();
        }

        private void begin(Read one) {
            (began(one) ? read : begun).add(one);
        }

        private boolean began(Read one) {
            try {
                return one.begin();
            } catch (RuntimeException | OutOfMemoryError e) {
                LOG.error("{}: a read is not begun", name, e);
                return false;
            }
        }

        private void finish(Read one) {
            try {
                one.finish();
            } catch (RuntimeException | OutOfMemoryError e) {
                LOG.error("{}: a read is left to the device's thread", name, e);
            }
        }

        /** With the one that was begun first; whether this is still the leader. */
        private boolean goOn() {
            Read oldest = begun.poll();
            if (oldest == null) {
                return true;
            }
            if (!began(oldest)) {
                return await(oldest);
            }
            read.add(oldest);
            if (read.size() >= MOST_ANSWERS) {
                answer();
            }
            return true;
        }

        private boolean await(Read one) {
            answer();
            long now = turn.incrementAndGet();
            finish(one);
            read.add(one);
            return turn.compareAndSet(now, now + 1);
        }

        private void answer() {
            for (Read one : read) {
                try {
                    one.answer();
                } catch (RuntimeException e) {
                    LOG.error("{}: nobody takes an answer", name, e);
                } finally {
                    outstanding.decrementAndGet();
                }
            }
            read.clear();
        }
    }

    private void watch() {
        while (!closed) {
            if (outstanding.get() > 1) {
                Leader before = leader;
                long turn = before.turn.get();
                LockSupport.parkNanos(this, LONG_NANOS);
                boolean waiting = (turn & 1) != 0 && outstanding.get() > leaders.get();
                if (waiting && leaders.get() < most && before.turn.compareAndSet(turn, REPLACED)) {
                    lead();
                }
            } else {
                guardSleeps = true;
                if (outstanding.get() <= 1 && !closed) {
                    LockSupport.park(this);
                }
                guardSleeps = false;
            }
        }
    }

    /** When nothing is outstanding. */
    @Override
    public void close() {
        closed = true;
        add(NOTHING);
        LockSupport.unpark(guard);
    }
}
