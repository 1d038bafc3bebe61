package io.ashlar.dataplane.resync;

/**
 * Clients first: while they ask for something, a resync copies little at once, one thing at a time,
 * and rests after each as long as it took. So it takes at most half of what it would, on a slow
 * device as on a fast one, and what a client has to wait for behind it is short.
 */
public final class Courtesy {

    private static final long CALM_NANOS = 50_000_000;
    private static final int BLOCKS_IN_COMPANY = 16;
    private static final int BLOCKS_ALONE = 256;
    private static final int COPIES_ALONE = 4;

    private boolean asked;
    private long askedAt;
    private boolean begun;
    private long begunAt;
    private long restUntil;

    /** A client asked for something. */
    public void asked(long now) {
        asked = true;
        askedAt = now;
    }

    private boolean inCompany(long now) {
        return asked && now - askedAt < CALM_NANOS;
    }

    /** Whether a copy may begin beside those that are under way. */
    public boolean mayBegin(int underWay, long now) {
        return inCompany(now)
                ? underWay == 0 && (!begun || now - restUntil >= 0)
                : underWay < COPIES_ALONE;
    }

    /** How many blocks it may have. */
    public int blocks(long now) {
        return inCompany(now) ? BLOCKS_IN_COMPANY : BLOCKS_ALONE;
    }

    /** A copy begins. */
    public void begins(long now) {
        begun = true;
        begunAt = now;
        restUntil = now;
    }

    /** The last copy that was under way has ended. */
    public void ended(long now) {
        restUntil = now + (now - begunAt);
    }
}
