package io.ashlar.metadata.catalog;

import static io.ashlar.metadata.catalog.Plan.Answered;
import static io.ashlar.metadata.catalog.Plan.Proposed;

import io.ashlar.common.config.ByteSize;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.event.Event;
import io.ashlar.metadata.model.Counters;
import io.ashlar.metadata.model.Lease;
import io.ashlar.metadata.model.VolumeRow;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/** Plans the making and ending of volumes. */
final class VolumePlans {

    static final long DEFAULT_EXTENT = 16L << 30;
    static final long MIN_EXTENT = 1L << 20;

    /** What a resync can list in one message between servers. */
    static final long MAX_EXTENT = 16L << 30;

    /** Bounds one event, one answer and one takeover; 64 TiB of default extents. */
    static final int MAX_EXTENTS = 4096;

    private static final int SECTOR = 512;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,126}");

    private VolumePlans() {}

    static Plan create(TablesView tables, Command.CreateVolume c) {
        Optional<VolumeId> made = tables.requests().get(c.request());
        if (made.isPresent()) {
            return new Answered(
                    Views.volume(tables, made.get())
                            .<Answer>map(Answer.Volume::new)
                            .orElseGet(() -> endedSince(c.name())));
        }
        checkName(c.name());
        if (tables.names().get(c.name()).isPresent()) {
            throw new Refusal(
                    ErrorCode.ALREADY_EXISTS,
                    "volume '" + c.name() + "' exists; choose another name or delete it first");
        }
        long extentBytes = extentBytes(c);
        int extents = extents(c.name(), c.sizeBytes(), extentBytes);
        return new Proposed(placed(tables, c, extentBytes, extents));
    }

    private static Answer endedSince(String name) {
        return new Answer.Rejected(
                ErrorCode.CONFLICT, "volume '" + name + "' was made by this request and deleted");
    }

    private static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new Refusal(
                    ErrorCode.INVALID,
                    "volume name '"
                            + name
                            + "' must be 1 to 127 letters, digits, '.', '_' or '-', beginning with"
                            + " a letter or digit");
        }
    }

    private static long extentBytes(Command.CreateVolume c) {
        long bytes = c.extentBytes() == 0 ? DEFAULT_EXTENT : c.extentBytes();
        if (bytes < MIN_EXTENT || bytes > MAX_EXTENT || bytes % MIN_EXTENT != 0) {
            throw new Refusal(
                    ErrorCode.INVALID,
                    "extent size "
                            + bytes
                            + " of volume '"
                            + c.name()
                            + "' must be a multiple of 1MiB, at most 16GiB");
        }
        return bytes;
    }

    /** How many extents a volume of this size has, if it may have it. */
    static int extents(String volume, long size, long extentBytes) {
        if (size < SECTOR || size % SECTOR != 0) {
            throw new Refusal(
                    ErrorCode.INVALID,
                    "size "
                            + size
                            + " of volume '"
                            + volume
                            + "' must be a multiple of 512 bytes, at least 512");
        }
        long count = (size - 1) / extentBytes + 1;
        if (count > MAX_EXTENTS) {
            throw new Refusal(
                    ErrorCode.INVALID,
                    "size %s of volume '%s' needs %d extents of %s, the most is %d: ask for at most %s, or for larger extents"
                            .formatted(
                                    new ByteSize(size),
                                    volume,
                                    count,
                                    new ByteSize(extentBytes),
                                    MAX_EXTENTS,
                                    new ByteSize(extentBytes * MAX_EXTENTS)));
        }
        return (int) count;
    }

    private static Event placed(
            TablesView tables, Command.CreateVolume c, long extentBytes, int count) {
        Counters next = tables.cluster().next();
        VolumeRow row =
                new VolumeRow(
                        new VolumeId(next.nextVolume()),
                        c.name(),
                        c.sizeBytes(),
                        extentBytes,
                        ids(next, count),
                        c.policy(),
                        Lease.NEVER);
        Placed placed = Placed.from(0, row, next, Placement.over(tables));
        return new Event.VolumeCreated(
                c.request(), next, row, placed.extents(), placed.locations());
    }

    /** The ids of the next extents. */
    static List<ExtentId> ids(Counters next, int count) {
        return LongStream.range(next.nextExtent(), next.nextExtent() + count)
                .mapToObj(ExtentId::new)
                .toList();
    }

    static Plan delete(TablesView tables, Command.DeleteVolume c) {
        VolumeId id =
                tables.names()
                        .get(c.name())
                        .orElseThrow(() ->
                                new Refusal(ErrorCode.NOT_FOUND, "no volume '" + c.name() + "'"));
        VolumeRow row = tables.volumes().get(id).orElseThrow();
        if (!c.force() && LeaseRule.basis(tables, row.lease()).isEmpty()) {
            throw new Refusal(
                    ErrorCode.IN_USE,
                    LeaseRule.held(tables, row) + "; detach its clients there, or force");
        }
        return new Proposed(new Event.VolumeDeleted(id, row.lease()));
    }
}
