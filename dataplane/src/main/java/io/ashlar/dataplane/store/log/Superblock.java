package io.ashlar.dataplane.store.log;

import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.DeviceId;
import java.nio.ByteBuffer;

/**
 * What a device is; written once, when it is formatted.
 *
 * @param device its identity
 * @param cluster whose it is
 * @param capacity bytes of log that it may use; a multiple of {@code segmentBytes}
 * @param segmentBytes length of a segment
 * @param unit bytes that the disk writes as one: a batch begins on a multiple of it, so that a unit
 *     that was synced is never written again
 */
record Superblock(DeviceId device, ClusterId cluster, long capacity, int segmentBytes, int unit) {

    static final String NAME = "device";
    static final int MAGIC = 0x44485341; // "ASHD"
    static final int VERSION = 1;

    int segments() {
        return (int) (capacity / segmentBytes);
    }

    byte[] encode() {
        return new ByteWriter()
                .uuid(device.value())
                .uuid(cluster.value())
                .u64(capacity)
                .u32(segmentBytes)
                .u32(unit)
                .toBytes();
    }

    static Superblock decode(ByteBuffer from) {
        return new Superblock(
                new DeviceId(ByteWriter.uuid(from)),
                new ClusterId(ByteWriter.uuid(from)),
                from.getLong(),
                from.getInt(),
                from.getInt());
    }
}
