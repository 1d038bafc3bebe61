package io.ashlar.common.id;

import java.util.UUID;

/**
 * Identifies a cluster: drawn when its metadata group is first formed. Parts of different clusters
 * refuse each other.
 *
 * @param value a random UUID
 */
public record ClusterId(UUID value) implements Comparable<ClusterId> {

    /** Parses the canonical form of a UUID. */
    public static ClusterId parse(String text) {
        return new ClusterId(UUID.fromString(text));
    }

    @Override
    public int compareTo(ClusterId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
