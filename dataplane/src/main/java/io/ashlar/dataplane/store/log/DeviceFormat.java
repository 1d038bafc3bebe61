package io.ashlar.dataplane.store.log;

import io.ashlar.common.config.ByteSize;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.DeviceId;
import java.io.IOException;
import java.nio.file.Path;

/** Makes an empty device. */
public final class DeviceFormat {

    /** Length of a segment unless a test wants another. */
    static final int SEGMENT_BYTES = 64 << 20;

    /** What every disk writes as one. */
    static final int UNIT = 512;

    /**
     * With fewer a nearly full device has no room to empty several segments for one checkpoint, and
     * the maps that it stores cost what they gain.
     */
    private static final int WANTED_SEGMENTS = 256;

    /** Not smaller for that. */
    private static final int SMALL_SEGMENT = 8 << 20;

    /** Below this a log can be written but not cleaned. */
    static final int MIN_SEGMENTS = 8;

    private DeviceFormat() {}

    /**
     * Makes {@code directory}, which must exist, a device of {@code cluster}. Segments are 64 MiB,
     * smaller where {@code capacity} is below 16 GiB.
     *
     * @param capacity what the log may take of the disk; rounded down to whole segments
     * @throws StorageException ALREADY_EXISTS if it is a device, INVALID if capacity is below 8
     *     MiB, IO if the disk fails
     */
    public static void format(
            Path directory, DeviceId device, ClusterId cluster, ByteSize capacity) {
        int segmentBytes = SEGMENT_BYTES;
        while (segmentBytes > SMALL_SEGMENT && capacity.bytes() / segmentBytes < WANTED_SEGMENTS) {
            segmentBytes /= 2;
        }
        while (segmentBytes > 1 << 20 && capacity.bytes() / segmentBytes < 4 * MIN_SEGMENTS) {
            segmentBytes /= 2;
        }
        try (DirectoryFiles files = DirectoryFiles.hold(directory)) {
            format(files, new Superblock(device, cluster, capacity.bytes(), segmentBytes, UNIT));
        } catch (IOException e) {
            throw new StorageException(
                    ErrorCode.IO, "device " + directory + " cannot be formatted: " + e, e);
        }
    }

    /** Crash order: everything else first, the superblock last: with it the device is one. */
    static void format(DeviceFiles files, Superblock wanted) throws IOException {
        long segments = wanted.capacity() / wanted.segmentBytes();
        if (segments < MIN_SEGMENTS || wanted.capacity() >= MapPage.MAX_BYTES) {
            throw new StorageException(
                    ErrorCode.INVALID,
                    "capacity "
                            + new ByteSize(wanted.capacity())
                            + " of device "
                            + files.place()
                            + " must be at least "
                            + new ByteSize((long) MIN_SEGMENTS * wanted.segmentBytes())
                            + " and below 128TiB");
        }
        if (files.exists(Superblock.NAME + "-a")) {
            throw new StorageException(
                    ErrorCode.ALREADY_EXISTS,
                    "device "
                            + files.place()
                            + " is formatted already: use it as it is, or remove its files first"
                            + " if nothing on it is needed");
        }
        Superblock superblock =
                new Superblock(
                        wanted.device(),
                        wanted.cluster(),
                        segments * wanted.segmentBytes(),
                        wanted.segmentBytes(),
                        wanted.unit());
        files.create(Device.LOG).close();
        files.create(SyncedMark.NAME).close();
        TwinFile.create(
                        files,
                        DeviceTable.NAME,
                        DeviceTable.MAGIC,
                        DeviceTable.VERSION,
                        DeviceTable.EMPTY.encode())
                .close();
        TwinFile.create(files, MapRoot.NAME, MapRoot.MAGIC, MapRoot.VERSION, MapRoot.EMPTY.encode())
                .close();
        files.syncNames();
        TwinFile.create(
                        files,
                        Superblock.NAME,
                        Superblock.MAGIC,
                        Superblock.VERSION,
                        superblock.encode())
                .close();
        files.syncNames();
    }
}
