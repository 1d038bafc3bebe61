package io.ashlar.dataplane.nbd;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.volume.Allocation;
import io.ashlar.dataplane.volume.AttachedVolume;
import io.ashlar.dataplane.volume.Done;
import io.ashlar.dataplane.volume.ExportInfo;
import io.ashlar.dataplane.volume.Reply;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * A volume in memory that checks what {@link AttachedVolume} asks of its callers, and whose replies
 * and failures a test may steer.
 */
final class MemoryVolume implements AttachedVolume {

    /** What tests steer, shared by all attachments of a volume. */
    static final class Steering {
        /** Runs the replies; a test may keep or delay them. Called on the volume's loop. */
        volatile Executor replies = Runnable::run;

        /** The next request fails so, once. */
        final AtomicReference<ErrorCode> failure = new AtomicReference<>(ErrorCode.INVALID);

        volatile boolean failing;

        /** Called on the volume's loop. */
        volatile Runnable onDetach = () -> {};

        final AtomicInteger attachments = new AtomicInteger();
        final AtomicInteger flushes = new AtomicInteger();
        final AtomicInteger fuas = new AtomicInteger();
        final AtomicInteger requests = new AtomicInteger();
    }

    private final String name;
    private final MemoryDisk disk;
    private final Steering steering;
    private final EventLoop loop;
    private Runnable lost = () -> {};

    MemoryVolume(String name, MemoryDisk disk, Steering steering, EventLoop loop) {
        this.name = name;
        this.disk = disk;
        this.steering = steering;
        this.loop = loop;
        steering.attachments.incrementAndGet();
    }

    @Override
    public ExportInfo info() {
        return new ExportInfo(name, disk.sizeBytes());
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public void read(long offset, int length, Reply<byte[]> reply) {
        bounded(length);
        request(offset, length, reply, () -> disk.read(offset, length));
    }

    @Override
    public void write(long offset, byte[] data, boolean fua, Reply<Done> reply) {
        bounded(data.length);
        change(offset, data.length, fua, reply, () -> disk.write(offset, data));
    }

    @Override
    public void zero(long offset, long length, boolean mayTrim, boolean fua, Reply<Done> reply) {
        change(offset, length, fua, reply, () -> disk.zero(offset, length, mayTrim));
    }

    @Override
    public void trim(long offset, long length, boolean fua, Reply<Done> reply) {
        change(offset, length, fua, reply, () -> disk.zero(offset, length, true));
    }

    @Override
    public void flush(Reply<Done> reply) {
        steering.flushes.incrementAndGet();
        request(0, 1, reply, () -> Done.DONE);
    }

    @Override
    public void allocation(long offset, long length, Reply<List<Allocation>> reply) {
        request(offset, length, reply, () -> disk.allocation(offset, length));
    }

    @Override
    public void onLost(Runnable action) {
        onLoop();
        lost = action;
    }

    @Override
    public void detach() {
        onLoop();
        steering.attachments.decrementAndGet();
        steering.onDetach.run();
    }

    /** Loses the attachment; from any thread. */
    void lose() {
        loop.execute(() -> lost.run());
    }

    private void change(long offset, long length, boolean fua, Reply<Done> reply, Runnable action) {
        if (fua) {
            steering.fuas.incrementAndGet();
        }
        request(
                offset,
                length,
                reply,
                () -> {
                    action.run();
                    return Done.DONE;
                });
    }

    private <T> void request(long offset, long length, Reply<T> reply, Supplier<T> action) {
        onLoop();
        if (offset < 0 || length < 1 || offset + length > disk.sizeBytes()) {
            throw new AssertionError("outside the volume: " + offset + " + " + length);
        }
        steering.requests.incrementAndGet();
        if (steering.failing) {
            steering.failing = false;
            ErrorCode code = steering.failure.get();
            steering.replies.execute(() -> reply.failed(code, "as the test wants it"));
            return;
        }
        T result = action.get();
        steering.replies.execute(() -> reply.done(result));
    }

    private static void bounded(long length) {
        if (length < 1 || length > MAX_REQUEST_BYTES) {
            throw new AssertionError("no length for a request: " + length);
        }
    }

    private void onLoop() {
        if (!loop.inEventLoop()) {
            throw new AssertionError("off the volume's loop: " + Thread.currentThread());
        }
    }
}
