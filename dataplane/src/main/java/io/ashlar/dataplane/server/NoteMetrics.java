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
    private final Map<MirrorId, Copying> copying = new ConcurrentHashMap<>();

    NoteMetrics(MetricRegistry registry) {
        activated = registry.meter("coordinator.activations");
        lossy = registry.meter("coordinator.activations.lossy");
        removed = registry.meter("coordinator.members.removed");
        added = registry.meter("coordinator.members.added");
        copiedBytes = registry.meter("resync.copied.bytes");
        unreadable = registry.meter("coordinator.blocks.unreadable");
        repaired = registry.meter("coordinator.blocks.repaired");
    }

    /**
     * Blocks of a mirror that is copied to.
     *
     * @param stale when the resync began
     * @param left of them
     * @param copied by this and by interrupted resyncs before it, which need not do so again
     */
    private record Copying(long stale, long left, long copied) {

        Copying again(long blocks) {
            return new Copying(blocks, blocks, copied);
        }

        Copying on(int blocks, long leftNow) {
            return new Copying(stale, leftNow, copied + blocks);
        }

        /** 4 when nothing is left. */
        long quarters() {
            return stale == 0 ? 4 : 4 * (stale - left) / stale;
        }
    }

    private static ByteSize bytes(long blocks) {
        return new ByteSize(blocks << Blocks.SHIFT);
    }

    void noted(String volume, Note note) {
        switch (note) {
            case Note.ExtentActivated n -> {
                activated.mark();
                if (n.lossy()) {
                    lossy.mark();
                    LOG.error(
                            "volume {}: extent {} goes on although writes may be lost: after the"
                                    + " power of all its mirrors was, only what was not flushed",
                            volume,
                            n.extent());
                }
            }
            case Note.MirrorAdopted n ->
                    LOG.error(
                            "volume {}: extent {} is to go on with mirror {} by an operator's override;"
                                    + " {} of it are older than the rest",
                            volume,
                            n.extent(),
                            n.mirror(),
                            bytes(n.stale()));
            case Note.RemovalProposed n ->
                    LOG.warn(
                            "volume {}: mirror {} leaves the in-sync set: {}",
                            volume,
                            n.mirror(),
                            n.why());
            case Note.MemberRemoved _ -> removed.mark();
            case Note.ResyncStarted n -> {
                Copying now =
                        copying.merge(
                                n.mirror(),
                                new Copying(n.blocks(), n.blocks(), 0),
                                (before, _) -> before.again(n.blocks()));
                LOG.info(
                        "volume {}: mirror {} is back, {} to copy, {} before",
                        volume,
                        n.mirror(),
                        bytes(n.blocks()),
                        bytes(now.copied()));
            }
            case Note.MirrorFull n ->
                    LOG.warn(
                            "volume {}: the device of mirror {} has no room for what it is to"
                                    + " hold; it is tried again every 10 s at least",
                            volume,
                            n.mirror());
            case Note.BlocksCopied n -> {
                copiedBytes.mark((long) n.blocks() << Blocks.SHIFT);
                Copying before = copying.get(n.mirror());
                if (before != null) {
                    Copying now = before.on(n.blocks(), n.left());
                    copying.put(n.mirror(), now);
                    if (now.quarters() > before.quarters()) {
                        LOG.info(
                                "volume {}: mirror {}: {} % copied, {} left",
                                volume, n.mirror(), 25 * now.quarters(), bytes(n.left()));
                    }
                }
            }
            case Note.MemberAdded n -> {
                added.mark();
                LOG.info(
                        "volume {}: mirror {} is in sync again, {} bytes copied",
                        volume,
                        n.mirror(),
                        Optional.ofNullable(copying.remove(n.mirror()))
                                .map(done -> done.copied() << Blocks.SHIFT)
                                .orElse(0L));
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
