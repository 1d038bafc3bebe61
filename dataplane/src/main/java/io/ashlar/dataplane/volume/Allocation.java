package io.ashlar.dataplane.volume;

/**
 * A run of bytes with the same block status.
 *
 * @param length in bytes, at least 1
 * @param kind what is there
 */
public record Allocation(long length, Kind kind) {

    /** What a run holds. */
    public enum Kind {
        /** Bytes. */
        DATA,
        /** Allocated, reads as zeros. */
        ZERO,
        /** Not allocated, reads as zeros. */
        HOLE
    }
}
