package io.ashlar.dataplane.store;

import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.VolumeId;

/**
 * What a device keeps beside a mirror's blocks, so that the mapping tables can be rebuilt from
 * devices alone.
 *
 * @param cluster which cluster it belongs to
 * @param volume whose slice it is
 * @param volumeName at the time of the last activation
 * @param volumeBytes size of the volume at that time
 * @param extent what it is a copy of
 * @param extentIndex the extent's place in the volume
 * @param extentBlocks size of the extent
 */
public record MirrorLabel(
        ClusterId cluster,
        VolumeId volume,
        String volumeName,
        long volumeBytes,
        ExtentId extent,
        int extentIndex,
        long extentBlocks) {}
