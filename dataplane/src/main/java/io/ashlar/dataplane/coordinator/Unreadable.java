package io.ashlar.dataplane.coordinator;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.id.MirrorId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Blocks that members could not read when a resync asked for them. Each is left alone for a while,
 * so that everything else is copied, and then asked for again: it may have been repaired from
 * another member, or written anew.
 */
final class Unreadable {

    private static final long RETRY = Duration.ofSeconds(2).toNanos();

    private static final int WORDS = Blocks.PER_PAGE / Long.SIZE;

    private record Place(MirrorId mirror, int page) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Bad(long[] mask, long since) {}

    private final Map<Place, Bad> bad = new HashMap<>();
    private final Set<Long> reported = new HashSet<>();

    /** Blocks of one page that a member failed to read. */
    void add(MirrorId mirror, int page, long[] blocks, long now) {
        long[] mask = new long[WORDS];
        Bad before = bad.get(new Place(mirror, page));
        if (before != null) {
            System.arraycopy(before.mask(), 0, mask, 0, WORDS);
        }
        for (long block : blocks) {
            mask[word(block)] |= bit(block);
        }
        bad.put(new Place(mirror, page), new Bad(mask, now));
    }

    boolean contains(MirrorId mirror, int page, long block) {
        Bad there = bad.get(new Place(mirror, page));
        return there != null && (there.mask()[word(block)] & bit(block)) != 0;
    }

    private static int word(long block) {
        return (int) (block % Blocks.PER_PAGE) / Long.SIZE;
    }

    private static long bit(long block) {
        return 1L << (block % Long.SIZE);
    }

    /** True once a block: everybody failed to read it. */
    boolean report(long block) {
        return reported.add(block);
    }

    /** A page's mask without what this mirror failed to read a moment ago. */
    long[] without(MirrorId mirror, int page, long[] mask, long now) {
        Place place = new Place(mirror, page);
        Bad there = bad.get(place);
        if (there == null) {
            return mask;
        }
        if (now - there.since() > RETRY) {
            bad.remove(place);
            return mask;
        }
        long[] left = mask.clone();
        for (int i = 0; i < WORDS; i++) {
            left[i] &= ~there.mask()[i];
        }
        return left;
    }
}
