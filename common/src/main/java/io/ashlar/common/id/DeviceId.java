package io.ashlar.common.id;

import java.util.UUID;

/**
 * Identifies a device: drawn when the device is formatted, so a replaced device is another device.
 *
 * @param value a random UUID
 */
public record DeviceId(UUID value) implements Comparable<DeviceId> {

    /** Parses the canonical form of a UUID. */
    public static DeviceId parse(String text) {
        return new DeviceId(UUID.fromString(text));
    }

    @Override
    public int compareTo(DeviceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
