package io.ashlar.dataplane.store.log;

/** What the page cache has of a file: read without waiting for the disk. Any thread. */
interface CachedBytes {

    /** The most that is read at once, in bytes. */
    int MOST = 64 << 10;

    /** Takes bytes out of an array that is used for others as soon as it returns. */
    interface Sink {
        void take(byte[] bytes);
    }

    /**
     * Gives all of it to the sink, from index 0 on, if it is there; else asks nothing of the disk.
     */
    boolean read(int length, long at, Sink sink);

    /** The same, but has the disk fetch what is not there, which may take a moment. */
    boolean fetch(int length, long at, Sink sink);
}
