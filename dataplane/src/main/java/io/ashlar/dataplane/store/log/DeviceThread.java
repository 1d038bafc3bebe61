package io.ashlar.dataplane.store.log;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import io.ashlar.dataplane.store.StoredMirror;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of a device: one that owns its state, one that syncs, a few that read. Short reads
 * pass them by where they can ({@link QuickReads}). The owner takes all that waits, at most a
 * bound, does it, and flushes once: the more comes in, the more shares a write.
 */
final class DeviceThread implements Errands, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceThread.class);
    private static final int BATCH = 256;
    private static final long LAZY_NANOS = 20_000_000;

    /** Longer than a read from the page cache, shorter than one from any disk. */
    private static final long QUICK_READ_NANOS = 12_000;

    /** So long may other requests wait for a sync that another one asked for. */
    private static final long QUICK_SYNC_NANOS = 300_000;

    /** Something to be done on the device's thread. */
    private interface Task {
        void run();
    }

    private final Inbox<Task> tasks = new Inbox<>();
    private final Object gate = new Object();
    private final List<Task> batch = new ArrayList<>(BATCH);
    private final Pace readPace = new Pace();
    private final Pace syncPace = new Pace();
    private final ExecutorService syncs;
    private final ExecutorService reads;
    private final String name;
    private int errands;
    private boolean closing;
    private boolean accepting = true;
    private final DeviceCore core;
    private final DiskReads disk;
    private final QuickReads quick;
    private final Lanes lanes;
    private final Thread thread;

    /** Begins to run a device that was just opened. */
    DeviceThread(Recovery.Opened opened, Surroundings surroundings, LogOptions options) {
        String device = opened.device().superblock.device().toString();
        this.name = "device-" + device.substring(0, 8);
        this.syncs =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().name(name + "-sync").factory());
        this.reads =
                Executors.newFixedThreadPool(
                        options.readThreads(),
                        Thread.ofPlatform().name(name + "-read-", 0).factory());
        this.core = new DeviceCore(opened, surroundings, options, this);
        this.lanes = opened.device().lanes;
        this.disk = new DiskReads(name + "-disk", options.readThreads());
        this.quick = core.quickReads(disk, this::queue);
        this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
    }

    void start() {
        disk.start();
        thread.start();
    }

    DeviceCore core() {
        return core;
    }

    void submit(MirrorId mirror, StoreRequest request, Consumer<StoreAnswer> reply) {
        if (request instanceof StoreRequest.Read read && quick.take(mirror, read, reply)) {
            return;
        }
        synchronized (gate) {
            if (accepting) {
                queue(mirror, request, lanes.counted(mirror, request, reply));
                return;
            }
        }
        reply.accept(new StoreAnswer.Failed(ErrorCode.IO, name + " is closed"));
    }

    private void queue(MirrorId mirror, StoreRequest request, Consumer<StoreAnswer> reply) {
        tasks.add(() -> core.submit(mirror, request, reply));
    }

    void mirrors(Consumer<List<StoredMirror>> reply) {
        synchronized (gate) {
            if (accepting) {
                tasks.add(() -> reply.accept(core.mirrors()));
            }
        }
    }

    private void run() {
        while (!closing || errands > 0 || quick.busy() || core.busy() || !tasks.isEmpty()) {
            take();
            for (Task task : batch) {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    core.fail(e); // an invariant broke: nothing here is to be trusted any more
                }
            }
            core.flush();
        }
        end();
    }

    private void beginClosing() {
        quick.awaitLast();
        closing = true;
    }

    private void take() {
        batch.clear();
        if (!core.busy()) {
            // Reads that end wake nobody: what they leave to do has time.
            tasks.await(errands > 0 || closing ? LAZY_NANOS : Long.MAX_VALUE);
        }
        tasks.drainTo(batch, BATCH);
    }

    private void end() {
        syncs.shutdown();
        reads.shutdown();
        quick.close();
        try {
            core.close();
        } catch (IOException e) {
            LOG.error("device {} was not closed in order", core.superblock().device(), e);
        }
    }

    /** Done on the spot if it is quick or nothing waits behind it: handing it over costs more. */
    @Override
    public void read(Errand errand) {
        errands++;
        if (readPace.below(QUICK_READ_NANOS) || (batch.size() == 1 && tasks.isEmpty())) {
            carryOut(errand, readPace).run();
        } else {
            reads.execute(() -> tasks.leave(carryOut(errand, readPace)));
        }
    }

    @Override
    public void aside(Errand errand) {
        errands++;
        reads.execute(() -> tasks.add(carryOut(errand, new Pace())));
    }

    /** Done on the spot if nothing waits behind it and syncs are quick on this disk. */
    @Override
    public void sync(Errand errand) {
        errands++;
        if (tasks.isEmpty() && syncPace.below(QUICK_SYNC_NANOS)) {
            carryOut(errand, syncPace).run();
        } else {
            syncs.execute(() -> tasks.add(carryOut(errand, syncPace)));
        }
    }

    /** Runs it and returns what is then to be done on the device's thread. */
    private Task carryOut(Errand errand, Pace pace) {
        long start = System.nanoTime();
        try {
            errand.run();
        } catch (IOException | RuntimeException e) {
            return () -> {
                errands--;
                core.endWith(errand, e);
            };
        }
        pace.took(System.nanoTime() - start);
        return () -> {
            errands--;
            core.end(errand);
        };
    }

    /** How long something takes of late: a running mean that several threads feed. */
    private static final class Pace {

        private volatile long mean = Long.MAX_VALUE;

        void took(long nanos) {
            long before = mean;
            // A lost update among threads costs one sample.
            mean = before == Long.MAX_VALUE ? nanos : before + (nanos - before) / 8;
        }

        boolean below(long nanos) {
            return mean < nanos;
        }
    }

    /** Returns when everything submitted before is answered and the device is closed. */
    @Override
    public void close() {
        synchronized (gate) {
            if (accepting) {
                accepting = false;
                quick.refuse();
                tasks.add(this::beginClosing);
            }
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
