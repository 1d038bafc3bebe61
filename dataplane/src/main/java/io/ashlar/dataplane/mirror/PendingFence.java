package io.ashlar.dataplane.mirror;

import io.ashlar.dataplane.store.MirrorLabel;

/** A fence that waits for its turn; at most one a mirror, the newest. */
record PendingFence(long epoch, long conn, long link, MirrorLabel label) {

    /** The session that it becomes. */
    Session session() {
        return new Session(epoch, conn, link);
    }
}
