package io.ashlar.dataplane.nbd;

/** Told to every connection when the server closes. */
enum ServerClosing {
    /** Finish what is under way, begin nothing. */
    NOW
}
