package io.ashlar.dataplane.store.log;

import io.ashlar.dataplane.store.StoreAnswer;
import java.io.IOException;
import java.util.ArrayDeque;

/**
 * What goes through all pages of a large mirror's map: done a little at a time between requests, so
 * that nobody waits for it but who asked.
 */
final class LongWork {

    /** Pages that are looked at in a step; each may have to be read from the disk. */
    static final int PAGES = 128;

    /** Some work. */
    interface Job {

        /** Looks at up to so many pages; whether that was the end. */
        boolean step(int pages) throws IOException;

        /** The device failed. */
        void failed(StoreAnswer.Failed failed);
    }

    private final ArrayDeque<Job> jobs = new ArrayDeque<>();

    /** Begins at once. */
    void begin(Job job) throws IOException {
        if (!job.step(PAGES)) {
            jobs.add(job);
        }
    }

    boolean busy() {
        return !jobs.isEmpty();
    }

    /** Goes on with what waits longest. */
    void step() throws IOException {
        Job job = jobs.peek();
        if (job != null && job.step(PAGES)) {
            jobs.remove(job);
        }
    }

    void fail(StoreAnswer.Failed failed) {
        jobs.forEach(job -> job.failed(failed));
        jobs.clear();
    }
}
