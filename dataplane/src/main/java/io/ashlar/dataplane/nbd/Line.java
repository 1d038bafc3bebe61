package io.ashlar.dataplane.nbd;

/** What a transmission asks of its connection. */
interface Line {

    /** Read from the socket, or leave what comes in the kernel. */
    void reading(boolean wanted);

    /** Drain the outbox before long. */
    void flushSoon();

    /** Nothing more will be sent: close once the socket has taken it all. */
    void closeWhenSent();

    /** Close at once; the reason goes to the log. */
    void drop(String reason);
}
