package io.ashlar.metadata.model;

import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.VolumeId;
import java.util.List;
import java.util.stream.Stream;

/**
 * A row of the table volumes.
 *
 * @param id the key
 * @param name unique among living volumes
 * @param sizeBytes a multiple of 512, at least 512
 * @param extentBytes size of every extent but perhaps the last; a multiple of 1 MiB
 * @param extents in order of their place in the volume
 * @param policy how it is kept
 * @param lease who coordinates it
 * @param grownIn the lease's epoch when the volume grew last, 0 if it never has: who holds a lease
 *     of that epoch knows the size before
 */
public record VolumeRow(
        VolumeId id,
        String name,
        long sizeBytes,
        long extentBytes,
        List<ExtentId> extents,
        VolumePolicy policy,
        Lease lease,
        long grownIn) {

    /** A volume of the size that it had from the start. */
    public VolumeRow(
            VolumeId id,
            String name,
            long sizeBytes,
            long extentBytes,
            List<ExtentId> extents,
            VolumePolicy policy,
            Lease lease) {
        this(id, name, sizeBytes, extentBytes, extents, policy, lease, 0);
    }

    /** Copies the list. */
    public VolumeRow {
        extents = List.copyOf(extents);
    }

    /**
     * The size of the extent at a place: {@code extentBytes}, but for the last what is left.
     *
     * @param index from 0, below the number of extents
     */
    public long extentSize(int index) {
        return Math.min(extentBytes, sizeBytes - index * extentBytes);
    }

    /** The same volume under another lease. */
    public VolumeRow withLease(Lease next) {
        return new VolumeRow(id, name, sizeBytes, extentBytes, extents, policy, next, grownIn);
    }

    /** The same volume with more bytes, and these extents behind those that it has. */
    public VolumeRow grown(long bytes, List<ExtentId> more) {
        List<ExtentId> all = Stream.concat(extents.stream(), more.stream()).toList();
        return new VolumeRow(id, name, bytes, extentBytes, all, policy, lease, lease.epoch());
    }

    /** Whether its coordinator does not know of bytes that it has. */
    public boolean outgrown() {
        return lease.holder().isPresent() && lease.epoch() == grownIn;
    }
}
