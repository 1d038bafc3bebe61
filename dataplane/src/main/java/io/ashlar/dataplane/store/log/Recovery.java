package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.MirrorId;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a device: checks what it is, replays its log, and settles which mirrors are suspect. */
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final DeviceFiles files;
    private final Device device;

    private Recovery(DeviceFiles files, Device device) {
        this.files = files;
        this.device = device;
    }

    /**
     * An open device and where its log goes on.
     *
     * @param device its mirrors are in memory
     * @param end where the next record goes
     */
    record Opened(Device device, LogPosition end) {}

    /**
     * What is on a device.
     *
     * @param device its mirrors are in memory
     * @param table as it was left
     * @param end where the log ends
     * @param synced number through which it was synced, as far as anything says
     */
    record Found(Device device, DeviceTable table, LogPosition end, long synced) {

        /** Whether records are missing that had been synced. */
        boolean cut() {
            return end.number() <= synced;
        }
    }

    /**
     * Opens a device of {@code cluster}.
     *
     * @throws StorageException NOT_FOUND, WRONG_CLUSTER, WRONG_VERSION or CORRUPT: nothing was
     *     changed
     */
    static Opened open(
            DeviceFiles files, ClusterId cluster, Surroundings surroundings, LogOptions options)
            throws IOException {
        Superblock superblock = superblock(files);
        if (!superblock.cluster().equals(cluster)) {
            throw new StorageException(
                    ErrorCode.WRONG_CLUSTER,
                    "device "
                            + files.place()
                            + " belongs to cluster "
                            + superblock.cluster()
                            + ", not to "
                            + cluster
                            + ": give it back to its cluster, or remove its files and format it");
        }
        Recovery recovery =
                new Recovery(files, device(files, superblock, surroundings.bootId(), options));
        Found found = recovery.replay();
        recovery.settle(found);
        return new Opened(recovery.device, found.end.numberedFrom(found.synced + 1));
    }

    /** Replays a device of any cluster, changes nothing, and tells what was found. */
    static Found look(DeviceFiles files, LogOptions options) throws IOException {
        Superblock superblock = superblock(files);
        return new Recovery(files, device(files, superblock, "", options)).replay();
    }

    private static Device device(
            DeviceFiles files, Superblock superblock, String bootId, LogOptions options)
            throws IOException {
        return new Device(
                superblock,
                files,
                existing(files, Device.LOG),
                existing(files, SyncedMark.NAME),
                TwinFile.open(files, DeviceTable.NAME, DeviceTable.MAGIC, DeviceTable.VERSION),
                TwinFile.open(files, MapRoot.NAME, MapRoot.MAGIC, MapRoot.VERSION),
                bootId,
                options.mapPages());
    }

    static Superblock superblock(DeviceFiles files) throws IOException {
        if (!files.exists(Superblock.NAME + "-a") && !files.exists(Superblock.NAME + "-b")) {
            throw new StorageException(
                    ErrorCode.NOT_FOUND,
                    files.place()
                            + " is no Ashlar device: format it first, or is its disk mounted?");
        }
        try (TwinFile twin =
                TwinFile.open(files, Superblock.NAME, Superblock.MAGIC, Superblock.VERSION)) {
            return Superblock.decode(twin.read());
        }
    }

    private static DeviceFile existing(DeviceFiles files, String name) throws IOException {
        return files.open(name)
                .orElseThrow(() ->
                        new StorageException(
                                ErrorCode.CORRUPT,
                                "device "
                                        + files.place()
                                        + ": file "
                                        + name
                                        + " is missing: restore it, or format a new device"
                                        + " and let its mirrors be copied anew"));
    }

    private Found replay() throws IOException {
        DeviceTable table = DeviceTable.decode(device.table.read());
        SyncedMark mark = SyncedMark.read(device.mark);
        refuseShortLog(mark);
        for (MirrorRow row : table.rows()) {
            device.mirrors.put(row.id(), new Mirror(row, device));
        }
        MapRoot root = MapRoot.decode(device.root.read());
        restore(root);
        long known = Math.max(mark.through(), table.clean() ? table.end() - 1 : 0);
        known = Math.max(known, root.position().number() - 1);
        LogScan scan = new LogScan(device.superblock, device.log, device.segments, known);
        LogPosition end = scan.walk(root.position(), this::apply);
        return new Found(device, table, end, scan.synced());
    }

    private void refuseShortLog(SyncedMark mark) throws IOException {
        if (device.log.size() < mark.logBytes()) {
            throw new StorageException(
                    ErrorCode.CORRUPT,
                    "device "
                            + files.place()
                            + ": log has "
                            + device.log.size()
                            + " bytes but had "
                            + mark.logBytes()
                            + " when it was last synced: it was cut short; restore it, or format a"
                            + " new device and let its mirrors be copied anew");
        }
    }

    private void restore(MapRoot root) {
        device.segments.restore(root);
        for (MapRoot.MirrorImage image : root.mirrors()) {
            Mirror mirror = device.mirrors.get(new MirrorId(image.id()));
            if (mirror != null && mirror.row.birth() == image.birth()) {
                mirror.restore(image);
            } else {
                // Dropped since. Its blocks still count in the root; take them out again.
                BlockMap gone = new BlockMap(blocks(image), device, () -> 0);
                gone.restore(image.pages());
                gone.clear();
            }
        }
    }

    private static long blocks(MapRoot.MirrorImage image) {
        int pages = image.pages().stream().mapToInt(page -> page.page() + 1).max().orElse(0);
        return (long) pages * Blocks.PER_PAGE;
    }

    private void apply(RecordFrame frame, long at) {
        Mirror mirror = device.mirrors.get(new MirrorId(frame.record().owner().mirror()));
        // Records of mirrors that were dropped, or whose creation was lost, mean nothing.
        if (mirror != null && mirror.row.owner().equals(frame.record().owner())) {
            Replay.apply(mirror, frame.record(), at);
        }
    }

    /**
     * Marks mirrors suspect where the device may have lost what was never synced, or what was (P5).
     * The marks and the boot id go to disk as one: a crash before leaves both as they were.
     */
    private void settle(Found found) throws IOException {
        DeviceTable table = found.table;
        boolean lostPower = !table.clean() && !table.bootId().equals(device.bootId);
        if (found.cut()) {
            LOG.warn(
                    "device {}: its log ends at record {} but was synced through {}: all its"
                            + " mirrors are suspect",
                    files.place(),
                    found.end.number(),
                    found.synced);
        }
        if (lostPower || found.cut() || table.syncFailed()) {
            device.mirrors.values().forEach(mirror -> mirror.row = mirror.row.suspect());
        }
        // 1. What was found is durable, so that records may say so. 2. The verdict.
        device.log.sync();
        device.table.replace(device.table(false, false, 0).encode());
        mend(device.root);
        try (TwinFile twin =
                TwinFile.open(files, Superblock.NAME, Superblock.MAGIC, Superblock.VERSION)) {
            mend(twin);
        }
    }

    private void mend(TwinFile twin) throws IOException {
        if (twin.mend()) {
            LOG.warn("device {}: one copy of {} was not whole, or behind", files.place(), twin);
        }
    }
}
