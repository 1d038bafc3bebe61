package io.ashlar.ops.report;

import io.ashlar.common.config.ByteSize;
import java.util.List;

/**
 * A device as it was left.
 *
 * @param capacity what its log may take, in bytes
 * @param free of that, in segments that nothing is kept in
 * @param clean whether it was closed in order
 * @param failed whether a write or sync had failed
 * @param bootId of the machine when it was last opened
 * @param nextRecord number after the last whole record of its log
 * @param syncedThrough number through which the log was synced, as far as anything says
 * @param mirrors in order of their ids
 */
public record DeviceInspection(
        String device,
        String cluster,
        long capacity,
        long free,
        boolean clean,
        boolean failed,
        String bootId,
        long nextRecord,
        long syncedThrough,
        List<Mirror> mirrors)
        implements Report {

    /**
     * A mirror on it: with these the mapping tables can be rebuilt.
     *
     * @param volumeSize in bytes
     * @param extentIndex its place in the volume
     * @param extentSize in bytes
     * @param epoch of its newest change
     * @param seq of its newest change
     * @param accepted the highest epoch it has accepted
     * @param suspect whether it may have lost unflushed data
     * @param inSync whether it was a member of the last in-sync set that it heard of
     * @param setVersion version of that set
     * @param members of that set
     * @param history the extent's epochs
     * @param staleBlocks those of an unfinished resync
     * @param dataBlocks those that have bytes
     * @param zeroBlocks allocated zeros
     * @param lostBlocks known to be damaged
     */
    public record Mirror(
            long id,
            long volume,
            String volumeName,
            long volumeSize,
            long extent,
            int extentIndex,
            long extentSize,
            long epoch,
            long seq,
            long accepted,
            boolean suspect,
            boolean inSync,
            long setVersion,
            List<Long> members,
            List<Epoch> history,
            long staleBlocks,
            long dataBlocks,
            long zeroBlocks,
            long lostBlocks) {}

    /** An epoch and the first seq that was given out in it. */
    public record Epoch(long epoch, long first) {}

    @Override
    public String text() {
        TextTable facts =
                new TextTable("DEVICE", "CLUSTER", "CAPACITY", "FREE", "CLOSED", "RECORDS")
                        .row(
                                device,
                                cluster,
                                new ByteSize(capacity),
                                new ByteSize(free),
                                clean ? "in order" : failed ? "failed" : "not in order",
                                (nextRecord - 1) + " (" + syncedThrough + " synced)");
        TextTable table =
                new TextTable(
                        "MIRROR", "VOLUME", "SIZE", "EXTENT", "INDEX", "EPOCH", "SEQ", "IN SYNC",
                        "STALE", "DATA", "LOST");
        for (Mirror m : mirrors) {
            table.row(
                    m.id,
                    m.volumeName,
                    new ByteSize(m.volumeSize),
                    m.extent,
                    m.extentIndex,
                    m.epoch,
                    m.seq,
                    m.suspect ? "suspect" : m.inSync ? "yes" : "no",
                    m.staleBlocks,
                    m.dataBlocks,
                    m.lostBlocks);
        }
        return facts + "\n\n" + table;
    }
}
