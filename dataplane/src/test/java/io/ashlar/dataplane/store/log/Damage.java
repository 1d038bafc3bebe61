package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.id.MirrorId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A bit that turns over at each kind of place that FORMAT.md names, on a device that nobody has
 * open. <em>Old</em> is what the newest checkpoint no longer needs to replay.
 */
public enum Damage {
    ONE_SUPERBLOCK,
    BOTH_SUPERBLOCKS,
    ONE_TABLE,
    BOTH_TABLES,
    ONE_ROOT,
    BOTH_ROOTS,
    SYNCED_MARK,
    SEGMENT_HEADER,
    OLD_SEGMENT_HEADER,
    RECORD_HEADER,
    OLD_RECORD_HEADER,
    RECORD_BODY,
    PADDING,
    PAYLOAD,
    OLD_PAYLOAD,
    MAP_PAGE;

    private static final LogOptions OPTIONS =
            new LogOptions(1 << 20, 1 << 20, Long.MAX_VALUE, 0, 1 << 10, 1);
    private static final int IN_BODY = 40;

    private record Bit(String file, long at) {}

    private record Found(RecordFrame frame, long at) {}

    /** Does it to the device in {@code directory}. */
    public void to(Path directory) throws IOException {
        try (DirectoryFiles files = DirectoryFiles.hold(directory)) {
            to(files);
        }
    }

    /** Does it; the files are open for writing. */
    void to(DeviceFiles files) throws IOException {
        for (Bit bit : bits(files)) {
            DeviceFile file = files.open(bit.file).orElseThrow();
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, bit.at);
            file.write(one.put(0, (byte) (one.get(0) ^ 16)).flip(), bit.at);
        }
    }

    /** Where in the log. */
    long at(DeviceFiles files) throws IOException {
        return bits(files).getFirst().at;
    }

    private List<Bit> bits(DeviceFiles files) throws IOException {
        return switch (this) {
            case ONE_SUPERBLOCK -> List.of(new Bit("device-a", IN_BODY));
            case BOTH_SUPERBLOCKS -> twice("device");
            case ONE_TABLE -> List.of(new Bit("table-b", IN_BODY));
            case BOTH_TABLES -> twice("table");
            case ONE_ROOT -> List.of(new Bit("map-a", IN_BODY));
            case BOTH_ROOTS -> twice("map");
            case SYNCED_MARK -> List.of(new Bit("synced", 20));
            default -> List.of(new Bit(Device.LOG, inLog(files)));
        };
    }

    private static List<Bit> twice(String twin) {
        return List.of(new Bit(twin + "-a", IN_BODY), new Bit(twin + "-b", IN_BODY + 1));
    }

    private long inLog(DeviceFiles files) throws IOException {
        Recovery.Found found = Recovery.look(files, OPTIONS);
        Device device = found.device();
        try {
            MapRoot root = MapRoot.decode(device.root.read());
            Found replayed = lastLive(device, replayed(device, root));
            Found old = lastLive(device, old(device, root));
            return switch (this) {
                case SEGMENT_HEADER -> segmentStart(device, replayed.at) + 30;
                case OLD_SEGMENT_HEADER -> segmentStart(device, old.at) + 30;
                case RECORD_HEADER -> replayed.at + 50;
                case OLD_RECORD_HEADER -> old.at + 50;
                case RECORD_BODY -> replayed.at + RecordFrame.HEADER + 1;
                case PADDING -> replayed.at + RecordFrame.HEADER + replayed.frame.bodyBytes();
                case PAYLOAD -> livePayload(device, replayed) + 777;
                case OLD_PAYLOAD -> livePayload(device, old) + 777;
                case MAP_PAGE -> root.mirrors().getFirst().pages().getFirst().at() + 8;
                default -> throw new IllegalStateException(this + " is not in the log");
            };
        } finally {
            device.cache.close();
        }
    }

    /** The records that recovery replays. */
    private static List<Found> replayed(Device device, MapRoot root) throws IOException {
        List<Found> records = new ArrayList<>();
        new LogScan(device.superblock, device.log, new Segments(device.superblock), 0)
                .walk(root.position(), (frame, at) -> records.add(new Found(frame, at)));
        return records;
    }

    /** The records of segments that recovery does not look at. */
    private static List<Found> old(Device device, MapRoot root) throws IOException {
        List<Found> records = new ArrayList<>();
        for (MapRoot.SegmentUse use : root.segments()) {
            long at = device.segments.start(use.index()) + device.superblock.unit();
            long end = device.segments.start(use.index() + 1);
            SegmentReader reader = new SegmentReader(device.log, end, use.salt());
            Optional<RecordFrame> frame = reader.record(at);
            while (use.generation() < root.position().generation() && frame.isPresent()) {
                records.add(new Found(frame.get(), at));
                at += frame.get().recordBytes();
                frame = reader.record(at);
            }
        }
        return records;
    }

    /** The last change of which the map still finds a block where it was written. */
    private static Found lastLive(Device device, List<Found> records) {
        return records.reversed().stream()
                .filter(r -> r.frame.record().type() == RecordType.WRITE)
                .filter(r -> livePayload(device, r) != 0)
                .findFirst()
                .orElseThrow();
    }

    /** Where the first such block is, or 0. */
    private static long livePayload(Device device, Found found) {
        LogRecord record = found.frame.record();
        Mirror mirror = device.mirrors.get(new MirrorId(record.owner().mirror()));
        long at = found.at + RecordFrame.payloadOffset(found.frame.bodyBytes());
        for (int i = 0; mirror != null && i < record.blocks(); i++, at += Blocks.SIZE) {
            long block = record.first() + i;
            if (mirror.map.pageOf(block).at(BlockMap.indexOf(block)) == at) {
                return at;
            }
        }
        return 0;
    }

    private static long segmentStart(Device device, long at) {
        return device.segments.start(device.segments.of(at));
    }
}
