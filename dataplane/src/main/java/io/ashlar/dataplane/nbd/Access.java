package io.ashlar.dataplane.nbd;

/** What a client may do with a volume. */
public enum Access {
    /** Nothing; the volume is not listed. */
    NONE,
    /** Read. */
    READ_ONLY,
    /** Read and write. */
    READ_WRITE
}
