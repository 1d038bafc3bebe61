package io.ashlar.ops.attach;

/** A stream of bytes to a server and back. */
interface Wire {

    /** Sends all bytes. */
    void send(byte[] bytes);

    /** Waits for exactly so many bytes; takes none that come after them. */
    byte[] receive(int count);
}
