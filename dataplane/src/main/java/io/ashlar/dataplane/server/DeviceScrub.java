package io.ashlar.dataplane.server;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.Blocks;
import io.ashlar.common.config.ByteSize;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.server.ScrubFile.Progress;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import io.ashlar.dataplane.store.StoredMirror;
import io.ashlar.dataplane.store.log.LogStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all that a device holds, a little in each step, mirror by mirror and page by page (P10). A
 * block that does not match its checksum is brought to the volume's coordinator, again and again
 * until it reads well or is no more. One thread.
 */
final class DeviceScrub {

    /** Between two steps. */
    static final Duration STEP = Duration.ofMillis(250);

    private static final Logger LOG = LoggerFactory.getLogger(DeviceScrub.class);
    private static final int MAX_KNOWN_BAD = 1024;
    private static final int STEPS_BETWEEN_CHECKS = 8;
    private static final int STEPS_BETWEEN_NOTES = 40;
    private static final long ANSWER_SECONDS = 30;

    /** Finding a page without bytes costs something too. */
    private static final long HOLE_COST = 1 << 10;

    private final LogStore store;
    private final ScrubFile file;
    private final long bytesAStep;
    private final long pauseMillis;
    private final Tidings tidings;
    private final ScrubMetrics metrics;
    private final List<Bad> known = new ArrayList<>();
    private Progress progress;
    private long steps;
    private boolean noted;

    private record Bad(StoredMirror mirror, long block) {}

    DeviceScrub(
            LogStore store,
            ScrubFile file,
            ServerConfig.Scrub pace,
            Tidings tidings,
            ScrubMetrics metrics) {
        this.store = store;
        this.file = file;
        this.bytesAStep = Math.max(1, pace.bytesPerSecond() * STEP.toMillis() / 1000);
        this.pauseMillis = pace.pause().toMillis();
        this.tidings = tidings;
        this.metrics = metrics;
        this.progress = file.read(System.currentTimeMillis());
    }

    /** Reads as much as one step may. */
    void step() {
        if (store.failure().isPresent()) {
            return;
        }
        steps++;
        if (steps % STEPS_BETWEEN_CHECKS == 0) {
            checkKnown();
        }
        if (System.currentTimeMillis() < progress.ended() + pauseMillis) {
            return;
        }
        List<StoredMirror> mirrors = mirrors();
        long left = bytesAStep;
        while (left > 0) {
            Optional<StoredMirror> next =
                    mirrors.stream().filter(m -> m.id().value() >= progress.mirror()).findFirst();
            if (next.isEmpty()) {
                endRound();
                return;
            }
            left -= page(next.get());
        }
        if (steps % STEPS_BETWEEN_NOTES == 0) {
            file.write(progress);
        }
    }

    private List<StoredMirror> mirrors() {
        CompletableFuture<List<StoredMirror>> mirrors = new CompletableFuture<>();
        store.mirrors(mirrors::complete);
        return mirrors.completeOnTimeout(List.of(), ANSWER_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Looks at the next page; returns its cost and moves on. */
    private long page(StoredMirror mirror) {
        long id = mirror.id().value();
        int page = id == progress.mirror() ? progress.page() : 0;
        long first = (long) page * Blocks.PER_PAGE;
        long blocks = mirror.label().extentBlocks();
        if (first >= blocks) {
            move(id + 1, 0, 0, 0);
            return 0;
        }
        BlockRange range = new BlockRange(first, (int) Math.min(Blocks.PER_PAGE, blocks - first));
        long bytes = 0;
        int bad = 0;
        if (hasBytes(mirror.id(), range)) {
            bytes = (long) range.count() << Blocks.SHIFT;
            if (ask(mirror.id(), new StoreRequest.Read(range))
                    instanceof StoreAnswer.Corrupt found) {
                bad = found.bad().length;
                bad(mirror, found);
            }
        }
        metrics.bytes.mark(bytes);
        metrics.badBlocks.mark(bad);
        move(id, page + 1, bytes, bad);
        return Math.max(bytes, HOLE_COST);
    }

    private void move(long mirror, int page, long bytes, int bad) {
        progress =
                new Progress(
                        mirror,
                        page,
                        progress.bytes() + bytes,
                        progress.bad() + bad,
                        progress.started(),
                        progress.ended());
    }

    private boolean hasBytes(MirrorId mirror, BlockRange range) {
        if (ask(mirror, new StoreRequest.Survey(range)) instanceof StoreAnswer.Kinds kinds) {
            for (byte kind : kinds.kinds()) {
                if (kind == PageImage.DATA) {
                    return true;
                }
            }
        }
        return false;
    }

    private StoreAnswer ask(MirrorId mirror, StoreRequest request) {
        CompletableFuture<StoreAnswer> answer = new CompletableFuture<>();
        store.submit(mirror, request, answer::complete);
        return answer.join();
    }

    private void bad(StoredMirror mirror, StoreAnswer.Corrupt found) {
        LOG.warn(
                "device {}: scrub found {} bad blocks of mirror {} of volume {}, the first is {}",
                store.device(),
                found.bad().length,
                mirror.id(),
                mirror.label().volumeName(),
                found.bad()[0]);
        for (long block : found.bad()) {
            if (known.size() < MAX_KNOWN_BAD) {
                known.add(new Bad(mirror, block));
            }
        }
        tidings.bad(mirror.id(), mirror.label().volume(), found);
    }

    /** Brings up again what is still bad; forgets the rest. */
    private void checkKnown() {
        known.removeIf(bad -> {
            StoreRequest read = new StoreRequest.Read(new BlockRange(bad.block, 1));
            if (ask(bad.mirror.id(), read) instanceof StoreAnswer.Corrupt found) {
                tidings.bad(bad.mirror.id(), bad.mirror.label().volume(), found);
                return false;
            }
            return true;
        });
    }

    private void endRound() {
        long now = System.currentTimeMillis();
        metrics.rounds.mark();
        if (progress.bytes() > 0 || !noted) {
            noted = true;
            LOG.info(
                    "device {}: scrubbed {} in {} s, {} bad blocks",
                    store.device(),
                    new ByteSize(progress.bytes()),
                    (now - progress.started()) / 1000,
                    progress.bad());
        }
        progress = Progress.begin(now + pauseMillis, now);
        file.write(progress);
    }
}
