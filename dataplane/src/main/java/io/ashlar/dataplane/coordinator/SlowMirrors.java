package io.ashlar.dataplane.coordinator;

import io.ashlar.common.id.MirrorId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Hysteresis for mirrors that left because they were slow: each time one does so again soon, it
 * rests twice as long before it may join, and it has to have kept up with the volume's writes
 * meanwhile. Else a slow disk would be in and out of the set for ever, and every time clients would
 * wait for it as long as the slow limit.
 */
final class SlowMirrors {

    static final long FIRST_REST = Duration.ofSeconds(4).toNanos();

    static final long LONGEST_REST = Duration.ofMinutes(5).toNanos();

    /** One that was in sync for so many rests is forgiven. */
    private static final int FORGIVEN_AFTER = 10;

    private record Strike(long at, long rest) {}

    private final Map<MirrorId, Strike> strikes = new HashMap<>();

    /** It is being taken out of the set because it is slow. */
    void struck(MirrorId mirror, long now) {
        Strike before = strikes.get(mirror);
        long rest = FIRST_REST;
        if (before != null && now - before.at() < FORGIVEN_AFTER * before.rest()) {
            rest = Math.min(2 * before.rest(), LONGEST_REST);
        }
        strikes.put(mirror, new Strike(now, rest));
    }

    /**
     * Whether it may join now.
     *
     * @param laggedAt when it was last behind by more than it may
     */
    boolean mayJoin(MirrorId mirror, long laggedAt, long now) {
        Strike strike = strikes.get(mirror);
        return strike == null
                || (now - strike.at() >= strike.rest() && now - laggedAt >= FIRST_REST);
    }
}
