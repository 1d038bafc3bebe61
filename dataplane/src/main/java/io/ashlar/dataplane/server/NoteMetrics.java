package io.ashlar.dataplane.server;

import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import io.ashlar.common.block.Blocks;
import io.ashlar.common.config.ByteSize;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.coordinator.Note;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what coordinators note into log lines and metrics. Thread-safe. */
final class NoteMetrics {

    private static final Logger LOG = LoggerFactory.getLogger("io.ashlar.coordinator");

    private final Meter activated;
    private final Meter lossy;
    private final Meter removed;
    private final Meter added;
    private final Meter copiedBytes;
    private final Meter repaired;
    private final Meter unreadable;
    private final Map<MirrorId, Long> copied = new ConcurrentHashMap<>();

    NoteMetrics(MetricRegistry registry) {
        activated = registry.meter("coordinator.activations");
        lossy = registry.meter("coordinator.activations.lossy");
        removed = registry.meter("coordinator.members.removed");
        added = registry.meter("coordinator.members.added");
        copiedBytes = registry.meter("resync.copied.bytes");
        unreadable = registry.meter("coordinator.blocks.unreadable");
        repaired = registry.meter("coordinator.blocks.repaired");
    }

    void noted(String volume, Note note) {
        switch (note) {
            case Note.ExtentActivated n -> {
                activated.mark();
                if (n.lossy()) {
                    lossy.mark();
                    LOG.error(
                            "volume {}: extent {} goes on after the power of all its mirrors was"
                                    + " lost; what was flushed is there",
                            volume,
                            n.extent());
                }
            }
            case Note.RemovalProposed n ->
                    LOG.warn(
                            "volume {}: mirror {} leaves the in-sync set: {}",
                            volume,
                            n.mirror(),
                            n.why());
            case Note.MemberRemoved _ -> removed.mark();
            case Note.ResyncStarted n -> {
                // Those of an interrupted resync are not copied again.
                Long before = copied.putIfAbsent(n.mirror(), 0L);
                LOG.info(
                        "volume {}: mirror {} is back, {} to copy, {} before",
                        volume,
                        n.mirror(),
                        new ByteSize(n.blocks() << Blocks.SHIFT),
                        new ByteSize(before == null ? 0 : before));
            }
            case Note.BlocksCopied n -> {
                long bytes = (long) n.blocks() << Blocks.SHIFT;
                copiedBytes.mark(bytes);
                copied.merge(n.mirror(), bytes, Long::sum);
            }
            case Note.MemberAdded n -> {
                added.mark();
                LOG.info(
                        "volume {}: mirror {} is in sync again, {} bytes copied",
                        volume,
                        n.mirror(),
                        Optional.ofNullable(copied.remove(n.mirror())).orElse(0L));
            }
            case Note.BlockUnreadable n -> {
                unreadable.mark();
                LOG.error(
                        "volume {}: block {} of extent {} cannot be read on any in-sync mirror;"
                                + " reads of it fail until it is written anew",
                        volume,
                        n.block(),
                        n.extent());
            }
            case Note.BlockRepaired n -> {
                repaired.mark();
                LOG.warn(
                        "volume {}: block {} of mirror {} was bad and is repaired",
                        volume,
                        n.block(),
                        n.mirror());
            }
        }
    }
}
