package io.ashlar.common.id;

/**
 * Identifies a mirror: one full copy of one extent on one (server, device).
 *
 * @param value a positive number, allocated by the metadata catalog and never reused
 */
public record MirrorId(long value) implements Comparable<MirrorId> {

    /** Checks the bound. */
    public MirrorId {
        if (value <= 0) {
            throw new IllegalArgumentException("MirrorId must be positive: " + value);
        }
    }

    @Override
    public int compareTo(MirrorId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
