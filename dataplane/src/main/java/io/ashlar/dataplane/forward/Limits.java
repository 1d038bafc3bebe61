package io.ashlar.dataplane.forward;

/** What may be unanswered at once on one link, in either direction (WIRE.md, "Forwarding"). */
final class Limits {

    /** Of one piece of a read or a write; pieces begin at multiples of it. */
    static final int PIECE_BYTES = 1 << 20;

    /** Of one link: requests. */
    static final int REQUESTS = 256;

    /** Of one link: bytes of reads and writes. An eighth of what a link may have waiting. */
    static final int BYTES = 8 << 20;

    private Limits() {}
}
