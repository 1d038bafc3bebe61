package io.ashlar.dataplane.store.log;

import io.ashlar.dataplane.store.StoreAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Syncs: of the log for all who wait for it at once, and of the device's table when it changed. One
 * is under way at most; who comes meanwhile shares the next.
 */
final class Durability {

    private final Device device;
    private final LogTail tail;
    private final Errands errands;
    private final long dirtyBytes;

    private List<Consumer<StoreAnswer>> waiting = new ArrayList<>();
    private Optional<Root> root = Optional.empty();
    private boolean tableChanged;
    private boolean running;
    private long dirty;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Root(byte[] bytes, Runnable then) {}

    Durability(Device device, LogTail tail, Errands errands, long dirtyBytes) {
        this.device = device;
        this.tail = tail;
        this.errands = errands;
        this.dirtyBytes = dirtyBytes;
    }

    /** Answers when all that is appended now, and the table as it is now, is durable. */
    void await(Consumer<StoreAnswer> reply) {
        waiting.add(reply);
    }

    /** Answers all that wait, but for those whose sync is under way. */
    void fail(StoreAnswer.Failed failed) {
        waiting.forEach(reply -> reply.accept(failed));
        waiting.clear();
    }

    /** The table in memory differs from the one on disk. */
    void tableChanged() {
        tableChanged = true;
    }

    /** Replaces the root once the log is durable as it is now; then calls {@code then}. */
    void root(byte[] bytes, Runnable then) {
        root = Optional.of(new Root(bytes, then));
    }

    boolean running() {
        return running;
    }

    /** Begins a sync if one is due; the tail has been flushed, {@code written} bytes of late. */
    void start(long written) throws IOException {
        dirty += written;
        boolean asked = !waiting.isEmpty() || tableChanged || root.isPresent();
        if (running || (!asked && dirty < dirtyBytes)) {
            return;
        }
        tail.prepare(dirty);
        running = true;
        dirty = 0;
        SyncErrand errand =
                new SyncErrand(
                        tail.number() - 1,
                        tableChanged
                                ? Optional.of(device.table(false, false, 0).encode())
                                : Optional.empty(),
                        root,
                        waiting);
        root = Optional.empty();
        waiting = new ArrayList<>();
        tableChanged = false;
        errands.sync(errand);
    }

    private final class SyncErrand implements Errand {

        private final long through;
        private final Optional<byte[]> table;
        private final boolean logChanged;
        private final Optional<Root> newRoot;
        private final List<Consumer<StoreAnswer>> waiters;

        SyncErrand(
                long through,
                Optional<byte[]> table,
                Optional<Root> newRoot,
                List<Consumer<StoreAnswer>> waiters) {
            this.through = through;
            this.logChanged = through > tail.durable();
            this.table = table;
            this.newRoot = newRoot;
            this.waiters = waiters;
        }

        /**
         * Crash order: 1. the log; 2. the mark that says so; 3. the table, which may speak of what
         * the log holds; 4. the root, which names pages in the log, and leaves out mirrors that the
         * table no longer has.
         */
        @Override
        public void run() throws IOException {
            if (logChanged) {
                long length = device.log.size();
                device.log.sync();
                new SyncedMark(through, length).write(device.mark);
            }
            if (table.isPresent()) {
                device.table.replace(table.get());
            }
            if (newRoot.isPresent()) {
                device.root.replace(newRoot.get().bytes);
            }
        }

        @Override
        public void done() {
            running = false;
            tail.durable(through);
            newRoot.ifPresent(r -> r.then.run());
            waiters.forEach(reply -> reply.accept(new StoreAnswer.Done()));
        }

        @Override
        public void failed(StoreAnswer.Failed failed) {
            running = false;
            waiters.forEach(reply -> reply.accept(failed));
        }
    }
}
