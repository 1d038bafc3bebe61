package io.ashlar.common.id;

/**
 * Identifies an extent: a fixed-size slice of one volume, the unit of placement.
 *
 * @param value a positive number, allocated by the metadata catalog and never reused
 */
public record ExtentId(long value) implements Comparable<ExtentId> {

    /** Checks the bound. */
    public ExtentId {
        if (value <= 0) {
            throw new IllegalArgumentException("ExtentId must be positive: " + value);
        }
    }

    @Override
    public int compareTo(ExtentId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
