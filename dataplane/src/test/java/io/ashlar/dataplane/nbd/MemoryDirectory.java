package io.ashlar.dataplane.nbd;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.volume.AttachedVolume;
import io.ashlar.dataplane.volume.ExportInfo;
import io.ashlar.dataplane.volume.Reply;
import io.ashlar.dataplane.volume.VolumeDirectory;
import io.netty.channel.EventLoopGroup;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Volumes in memory, each on a loop of its own choice. */
final class MemoryDirectory implements VolumeDirectory {

    /** One volume. */
    record Entry(
            String name,
            MemoryDisk disk,
            MemoryVolume.Steering steering,
            io.netty.channel.EventLoop loop,
            List<MemoryVolume> attached) {}

    private final EventLoopGroup loops;
    private final Map<String, Entry> volumes = new ConcurrentSkipListMap<>();

    /** Runs the replies; a test may keep them. */
    volatile Executor replies = Runnable::run;

    final AtomicInteger lists = new AtomicInteger();

    MemoryDirectory(EventLoopGroup loops) {
        this.loops = loops;
    }

    Entry add(String name, long sizeBytes) {
        Entry entry =
                new Entry(
                        name,
                        new MemoryDisk(sizeBytes),
                        new MemoryVolume.Steering(),
                        loops.next(),
                        new CopyOnWriteArrayList<>());
        volumes.put(name, entry);
        return entry;
    }

    private static ExportInfo info(Entry entry) {
        return new ExportInfo(entry.name(), entry.disk().sizeBytes());
    }

    @Override
    public void list(Reply<List<ExportInfo>> reply) {
        lists.incrementAndGet();
        List<ExportInfo> all = volumes.values().stream().map(MemoryDirectory::info).toList();
        replies.execute(() -> reply.done(all));
    }

    @Override
    public void find(String name, Reply<ExportInfo> reply) {
        entry(name, reply).ifPresent(entry -> replies.execute(() -> reply.done(info(entry))));
    }

    @Override
    public void attach(String name, Reply<AttachedVolume> reply) {
        entry(name, reply)
                .ifPresent(entry ->
                        replies.execute(() -> {
                            MemoryVolume volume =
                                    new MemoryVolume(
                                            name, entry.disk(), entry.steering(), entry.loop());
                            entry.attached().add(volume);
                            reply.done(volume);
                        }));
    }

    private Optional<Entry> entry(String name, Reply<?> reply) {
        Optional<Entry> entry = Optional.ofNullable(volumes.get(name));
        if (entry.isEmpty()) {
            replies.execute(
                    () -> reply.failed(ErrorCode.NOT_FOUND, "there is no volume '" + name + "'"));
        }
        return entry;
    }
}
