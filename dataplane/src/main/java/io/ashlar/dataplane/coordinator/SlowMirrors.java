package io.ashlar.dataplane.coordinator;

import io.ashlar.common.id.MirrorId;
import java.time.Duration;

/**
 * Hysteresis for mirrors that left because they were slow: each time one does so again soon, it
 * rests twice as long before it may join, and it has to have kept up with the volume's writes
 * meanwhile. Else a slow disk would be in and out of the set for ever, and every time clients would
 * wait for it as long as the slow limit.
 */
final class SlowMirrors {

    static final long FIRST_REST = Duration.ofSeconds(4).toNanos();

    static final long LONGEST_REST = Duration.ofMinutes(5).toNanos();

    private final Rests rests =
            new Rests(Duration.ofNanos(FIRST_REST), Duration.ofNanos(LONGEST_REST));

    /** It is being taken out of the set because it is slow. */
    void struck(MirrorId mirror, long now) {
        rests.begin(mirror, now);
    }

    /**
     * Whether it may join now.
     *
     * @param laggedAt when it was last behind by more than it may
     */
    boolean mayJoin(MirrorId mirror, long laggedAt, long now) {
        return !rests.any(mirror) || (rests.over(mirror, now) && now - laggedAt >= FIRST_REST);
    }
}
