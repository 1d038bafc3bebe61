package io.ashlar.dataplane.mirror;

import io.ashlar.dataplane.message.Timing;

/**
 * Until when this mirror must not accept a higher epoch: because it promised so to its coordinator,
 * or because it may have promised so just before it died (PROTOCOL H4).
 */
final class Promise {

    private long until;

    /**
     * After a start.
     *
     * @param now when
     * @param maxTerm the longest promise ever granted before
     */
    Promise(long now, long maxTerm) {
        until = now + Timing.kept(maxTerm);
    }

    /** Grants, or extends, a promise. */
    void grant(long now, long term) {
        until = Math.max(until, now + Timing.kept(term));
    }

    /** The coordinator no longer relies on it. */
    void release(long now) {
        until = now;
    }

    /** The end of the promise on this mirror's clock. */
    long until() {
        return until;
    }

    /** Whether a higher epoch may be accepted. */
    boolean expired(long now) {
        return now - until >= 0;
    }
}
