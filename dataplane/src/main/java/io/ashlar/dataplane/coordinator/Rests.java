package io.ashlar.dataplane.coordinator;

import io.ashlar.common.id.MirrorId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Mirrors that are left alone for a while after something went wrong with them, each time twice as
 * long if it does so again soon.
 */
final class Rests {

    /** One that nothing happened to for so many rests is forgiven. */
    private static final int FORGIVEN_AFTER = 10;

    private record Rest(long since, long length) {}

    private final long first;
    private final long longest;
    private final Map<MirrorId, Rest> rests = new HashMap<>();

    Rests(Duration first, Duration longest) {
        this.first = first.toNanos();
        this.longest = longest.toNanos();
    }

    /** It went wrong: a rest begins. True if it did not go wrong before of late. */
    boolean begin(MirrorId mirror, long now) {
        Rest before = rests.get(mirror);
        if (before == null || now - before.since() >= FORGIVEN_AFTER * before.length()) {
            rests.put(mirror, new Rest(now, first));
            return true;
        }
        rests.put(mirror, new Rest(now, Math.min(2 * before.length(), longest)));
        return false;
    }

    /** Whether it ever rested. */
    boolean any(MirrorId mirror) {
        return rests.containsKey(mirror);
    }

    /** Whether it need not be left alone now. */
    boolean over(MirrorId mirror, long now) {
        Rest rest = rests.get(mirror);
        return rest == null || now - rest.since() >= rest.length();
    }
}
