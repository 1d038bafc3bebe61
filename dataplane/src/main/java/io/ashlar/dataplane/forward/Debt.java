package io.ashlar.dataplane.forward;

/**
 * What has been acknowledged to the clients of one volume at this server and is not flushed yet:
 * what a power cut of every mirror may take from them (P5). A flush on any connection covers what
 * was acknowledged on all of them before. On the volume's loop.
 */
public final class Debt {

    private long acknowledged;
    private long flushed;

    /** Nothing acknowledged. */
    public Debt() {}

    /** A change was acknowledged that is not known to be durable. */
    void acknowledge() {
        acknowledged++;
    }

    /** What a flush that begins now covers. */
    long mark() {
        return acknowledged;
    }

    /** A flush is done, or it has failed in a way that tells of the loss. */
    void settle(long mark) {
        flushed = Math.max(flushed, mark);
    }

    boolean outstanding() {
        return acknowledged > flushed;
    }
}
