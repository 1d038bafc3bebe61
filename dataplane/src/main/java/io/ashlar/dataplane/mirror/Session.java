package io.ashlar.dataplane.mirror;

/**
 * A coordinator's numbered session with the mirror.
 *
 * @param epoch the coordinator's
 * @param conn grows with every session of the epoch
 * @param link where its messages come from
 */
record Session(long epoch, long conn, long link) {

    /** Before any. */
    static final Session NONE = new Session(0, 0, 0);

    boolean is(long otherEpoch, long otherConn, long otherLink) {
        return epoch == otherEpoch && conn == otherConn && link == otherLink;
    }

    /**
     * The same session, over: no link is its link any more, but an older fence that arrives late
     * still finds it in its way (H16).
     */
    Session ended() {
        return new Session(epoch, conn, NONE.link);
    }

    boolean exists() {
        return epoch > 0;
    }
}
