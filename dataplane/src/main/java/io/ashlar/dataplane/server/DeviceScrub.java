package io.ashlar.dataplane.server;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.config.ByteSize;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.server.ScrubFile.Progress;
import io.ashlar.dataplane.store.MirrorLabel;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import io.ashlar.dataplane.store.StoredMirror;
import io.ashlar.dataplane.store.log.LogStore;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all that a device holds, a little in each step, mirror by mirror and page by page (P10), as
 * its disk holds it. A block that does not match its checksum is brought to the volume's
 * coordinator, again and again until it reads well or is no more. One thread.
 */
final class DeviceScrub {

    /** Between two steps. */
    static final Duration STEP = Duration.ofMillis(250);

    private static final Logger LOG = LoggerFactory.getLogger(DeviceScrub.class);
    private static final int MAX_KNOWN_BAD = 256;
    private static final int STEPS_BETWEEN_CHECKS = 8;
    private static final int STEPS_BETWEEN_NOTES = 40;
    private static final long ANSWER_SECONDS = 30;

    private static final long PAGE_BYTES = (long) Blocks.PER_PAGE << Blocks.SHIFT;

    /** Finding a page without bytes costs something too. */
    private static final long HOLE_COST = 1 << 10;

    private final LogStore store;
    private final ScrubFile file;
    private final long bytesAStep;
    private final long pauseMillis;
    private final Tidings tidings;
    private final ScrubMetrics metrics;
    private final LinkedHashSet<Place> known = new LinkedHashSet<>();
    private Progress progress;
    private long steps;
    private boolean noted;

    private record Place(MirrorId mirror, VolumeId volume, int page) {}

    /** What came of looking at a page. */
    private record Verdict(long bytes, int bad) {

        long cost() {
            return Math.max(bytes, HOLE_COST);
        }
    }

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
        long left = bytesAStep;
        if (steps % STEPS_BETWEEN_CHECKS == 0) {
            left -= checkKnown(left);
        }
        if (System.currentTimeMillis() < progress.ended() + pauseMillis) {
            return;
        }
        List<StoredMirror> mirrors = mirrors();
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
        MirrorLabel label = mirror.label();
        Place place = new Place(mirror.id(), label.volume(), page);
        Verdict verdict = verify(place);
        if (verdict.bad > 0 && known.size() < MAX_KNOWN_BAD && known.add(place)) {
            LOG.warn(
                    "device {}: scrub found {} bad blocks of mirror {} of volume {} in page {}",
                    store.device(),
                    verdict.bad,
                    mirror.id(),
                    label.volumeName(),
                    page);
        }
        metrics.badBlocks.mark(verdict.bad);
        move(id, page + 1, verdict.bytes, verdict.bad);
        return verdict.cost();
    }

    /** Reads a page and tells of what is bad in it. */
    private Verdict verify(Place place) {
        return switch (ask(place.mirror, new StoreRequest.Verify(place.page))) {
            case StoreAnswer.Verified(long bytes) -> verdict(bytes, 0);
            case StoreAnswer.Corrupt found -> {
                tidings.bad(place.mirror, place.volume, found);
                yield verdict(PAGE_BYTES, found.bad().length);
            }
            default -> verdict(0, 0); // dropped, or the device failed
        };
    }

    private Verdict verdict(long bytes, int bad) {
        metrics.bytes.mark(bytes);
        return new Verdict(bytes, bad);
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

    private StoreAnswer ask(MirrorId mirror, StoreRequest request) {
        CompletableFuture<StoreAnswer> answer = new CompletableFuture<>();
        store.submit(mirror, request, answer::complete);
        return answer.join();
    }

    /** Brings up again what is still bad and forgets the rest, in turn; returns what it cost. */
    private long checkKnown(long most) {
        long cost = 0;
        for (Place place : List.copyOf(known)) {
            if (cost < most) {
                known.remove(place);
                Verdict verdict = verify(place);
                cost += verdict.cost();
                if (verdict.bad > 0) {
                    known.add(place);
                }
            }
        }
        return cost;
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
