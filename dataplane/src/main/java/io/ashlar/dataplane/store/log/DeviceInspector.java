package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.MirrorId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks at a device that no server has open, without a cluster and without changing it: the tool
 * for the day when all else failed. Used from one thread.
 */
public final class DeviceInspector implements AutoCloseable {

    private static final LogOptions OPTIONS =
            new LogOptions(1 << 20, 1 << 20, Long.MAX_VALUE, 0, 1 << 14, 1);

    private final Recovery.Found found;
    private final Device device;

    private DeviceInspector(Recovery.Found found) {
        this.found = found;
        this.device = found.device();
    }

    /**
     * Opens a device of any cluster and replays its log in memory.
     *
     * @throws StorageException as {@link LogStore#open}, but for WRONG_CLUSTER
     */
    public static DeviceInspector open(Path directory) {
        try {
            DirectoryFiles files = DirectoryFiles.look(directory);
            try {
                return open(files);
            } catch (IOException | RuntimeException e) {
                files.close();
                throw e;
            }
        } catch (IOException e) {
            throw failed("device " + directory + " cannot be read", e);
        }
    }

    static DeviceInspector open(DeviceFiles files) throws IOException {
        return new DeviceInspector(Recovery.look(files, OPTIONS));
    }

    /** What is on the device. */
    public DeviceReport report() {
        List<DeviceReport.MirrorCount> counts = new ArrayList<>();
        device.mirrors.values().forEach(mirror -> counts.add(count(mirror)));
        return new DeviceReport(
                device.superblock.device(),
                device.superblock.cluster(),
                device.superblock.capacity(),
                (long) device.segments.free() * device.superblock.segmentBytes(),
                found.end().number(),
                found.synced(),
                found.table().clean(),
                found.table().bootId(),
                found.table().syncFailed(),
                counts);
    }

    private DeviceReport.MirrorCount count(Mirror mirror) {
        long[] kinds = new long[4];
        for (int p = 0; p < mirror.map.pages(); p++) {
            MapPage page = mirror.map.page(p);
            for (int i = 0; i < Blocks.PER_PAGE; i++) {
                kinds[page.kind(i)]++;
            }
            device.cache.trim();
        }
        return new DeviceReport.MirrorCount(
                mirror.stored(), kinds[MapPage.DATA], kinds[MapPage.ZERO], kinds[MapPage.LOST]);
    }

    /** Reads every block of every mirror and returns those that are damaged, in order. */
    public List<BadBlock> verify() {
        List<BadBlock> bad = new ArrayList<>();
        for (Mirror mirror : device.mirrors.values()) {
            for (int p = 0; p < mirror.map.pages(); p++) {
                readPage(mirror, p, bad);
            }
        }
        return bad;
    }

    /**
     * Files of which one of the two copies is damaged or behind; opening the device for a server
     * mends them.
     */
    public List<String> damagedCopies() {
        List<String> damaged = new ArrayList<>();
        try (TwinFile superblock =
                TwinFile.open(
                        device.files, Superblock.NAME, Superblock.MAGIC, Superblock.VERSION)) {
            for (TwinFile twin : List.of(superblock, device.table, device.root)) {
                if (!twin.agrees()) {
                    damaged.add(twin.toString());
                }
            }
        } catch (IOException e) {
            throw failed("device " + device.files.place() + " cannot be read", e);
        }
        return damaged;
    }

    /**
     * Writes a mirror into a raw image, which may hold other mirrors already: holes are left out,
     * and so are damaged blocks, which are returned.
     *
     * @param image open for writing
     * @param at byte at which the mirror's first block goes
     * @param end the image's size at least, in bytes; what goes beyond is cut off
     * @throws StorageException NOT_FOUND if there is no such mirror, IO if the image cannot be
     *     written
     */
    public List<BadBlock> export(MirrorId id, FileChannel image, long at, long end) {
        Mirror mirror =
                Optional.ofNullable(device.mirrors.get(id))
                        .orElseThrow(() ->
                                new StorageException(
                                        ErrorCode.NOT_FOUND,
                                        "no mirror "
                                                + id
                                                + " on this device; it has "
                                                + device.mirrors.keySet()));
        List<BadBlock> bad = new ArrayList<>();
        try {
            for (int p = 0; p < mirror.map.pages(); p++) {
                long pageAt = at + (((long) p * Blocks.PER_PAGE) << Blocks.SHIFT);
                write(image, pageAt, end, readPage(mirror, p, bad));
            }
            if (image.size() < end) {
                image.write(ByteBuffer.allocate(1), end - 1);
            }
            image.force(true);
        } catch (IOException e) {
            throw failed("the image cannot be written", e);
        }
        return bad;
    }

    private static void write(FileChannel image, long pageAt, long end, BlockRead read)
            throws IOException {
        boolean[] damaged = new boolean[Blocks.PER_PAGE];
        for (int i : read.bad()) {
            damaged[i] = true;
        }
        for (int i = 0; i < Blocks.PER_PAGE; i++) {
            long at = pageAt + ((long) i << Blocks.SHIFT);
            if (read.locations()[i] != 0 && !damaged[i] && at < end) {
                int length = (int) Math.min(Blocks.SIZE, end - at);
                ByteBuffer block = ByteBuffer.wrap(read.bytes(), i << Blocks.SHIFT, length);
                while (block.hasRemaining()) {
                    at += image.write(block, at);
                }
            }
        }
    }

    private BlockRead readPage(Mirror mirror, int index, List<BadBlock> bad) {
        MapPage page = mirror.map.page(index);
        BlockRead read = new BlockRead(device.legible, Blocks.PER_PAGE);
        for (int i = 0; i < Blocks.PER_PAGE; i++) {
            read.add(i, page, i);
        }
        try {
            read.run();
        } catch (IOException e) {
            throw failed("device " + device.files.place() + " cannot be read", e);
        }
        for (int i : read.bad()) {
            long block = (long) index * Blocks.PER_PAGE + i;
            bad.add(new BadBlock(mirror.row.id(), block, page.seq(i)));
        }
        device.cache.trim();
        return read;
    }

    private static StorageException failed(String what, IOException cause) {
        return new StorageException(ErrorCode.IO, what + ": " + cause, cause);
    }

    @Override
    public void close() {
        try {
            device.close();
        } catch (IOException e) {
            throw failed("device " + device.superblock.device() + " cannot be closed", e);
        }
    }
}
