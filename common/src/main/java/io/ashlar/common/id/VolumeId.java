package io.ashlar.common.id;

/**
 * Identifies a volume: what a client attaches.
 *
 * @param value a positive number, allocated by the metadata catalog and never reused
 */
public record VolumeId(long value) implements Comparable<VolumeId> {

    /** Checks the bound. */
    public VolumeId {
        if (value <= 0) {
            throw new IllegalArgumentException("VolumeId must be positive: " + value);
        }
    }

    @Override
    public int compareTo(VolumeId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
