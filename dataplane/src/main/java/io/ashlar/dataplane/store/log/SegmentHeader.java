package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.Checksum;
import io.ashlar.common.id.DeviceId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The first bytes of a segment, rewritten each time the segment is used anew.
 *
 * @param device whose it is
 * @param index its place in the log file
 * @param generation running number of uses of segments over the device; from 1
 * @param previous generation of the segment that the log continues from; 0 for the first
 * @param previousEnd number at which the log leaves that segment; what follows there is void
 * @param salt random; every record in the segment repeats it
 * @param firstNumber number of its first record; above {@code previousEnd} only after damage was
 *     cut off
 * @param synced number through which the log was durable when the segment was begun
 */
record SegmentHeader(
        DeviceId device,
        int index,
        long generation,
        long previous,
        long previousEnd,
        long salt,
        long firstNumber,
        long synced) {

    static final int BYTES = 80;
    private static final int MAGIC = 0x53485341; // "ASHS"
    private static final int VERSION = 1;

    void encode(ByteBuffer to) {
        int start = to.position();
        to.putInt(MAGIC)
                .putInt(VERSION)
                .putInt(index)
                .putInt(0)
                .putLong(generation)
                .putLong(previous)
                .putLong(previousEnd)
                .putLong(salt)
                .putLong(firstNumber)
                .putLong(synced)
                .putLong(device.value().getMostSignificantBits())
                .putLong(device.value().getLeastSignificantBits());
        to.putInt(start + 12, Checksum.of(to.slice(start, BYTES)));
    }

    /** Nothing if it was never used, is torn, or belongs to another device or place. */
    static Optional<SegmentHeader> decode(ByteBuffer from, DeviceId device, int index) {
        ByteBuffer in = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        in.put(from.duplicate().limit(from.position() + BYTES)).flip();
        int stored = in.getInt(12);
        if (in.getInt(0) != MAGIC
                || in.getInt(4) != VERSION
                || Checksum.of(in.putInt(12, 0)) != stored) {
            return Optional.empty();
        }
        in.position(64);
        SegmentHeader header =
                new SegmentHeader(
                        new DeviceId(ByteWriter.uuid(in)),
                        in.getInt(8),
                        in.getLong(16),
                        in.getLong(24),
                        in.getLong(32),
                        in.getLong(40),
                        in.getLong(48),
                        in.getLong(56));
        return header.index == index && header.device.equals(device)
                ? Optional.of(header)
                : Optional.empty();
    }
}
