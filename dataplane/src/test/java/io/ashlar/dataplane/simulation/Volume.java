package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.VolumeId;
import java.util.List;

/**
 * A volume. Its units follow on those of the volumes before it, so that a unit's number says of
 * which volume it is.
 *
 * @param number from 0
 * @param id as the metadata group knows it
 * @param name as clients know it
 * @param firstUnit of its units
 * @param units how many
 * @param extents its own, in order
 */
record Volume(
        int number, VolumeId id, String name, int firstUnit, int units, List<ExtentId> extents) {

    long bytes() {
        return (long) units * Content.UNIT;
    }

    /** Where a unit begins in the volume. */
    long offset(int unit) {
        return (long) (unit - firstUnit) * Content.UNIT;
    }

    /** The unit that begins at an offset. */
    int unit(long offset) {
        return firstUnit + (int) (offset / Content.UNIT);
    }
}
