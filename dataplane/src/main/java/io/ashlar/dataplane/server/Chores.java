package io.ashlar.dataplane.server;

import io.ashlar.common.error.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a server does again and again, each chore on a virtual thread of its own. */
final class Chores implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Chores.class);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    /** Does {@code chore} now and then every {@code period} until closed. */
    void every(Duration period, String name, Runnable chore) {
        threads.add(
                Thread.ofVirtual()
                        .name(name)
                        .start(() -> {
                            do {
                                once(name, chore);
                            } while (!pause(period));
                        }));
    }

    private void once(String name, Runnable chore) {
        try {
            chore.run();
        } catch (StorageException e) {
            LOG.warn("{}: {}", name, e.getMessage());
        }
    }

    /** True if there is no next time. */
    private boolean pause(Duration period) {
        try {
            return closed.await(period.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void close() {
        closed.countDown();
        for (Thread thread : threads) {
            thread.interrupt();
        }
    }
}
