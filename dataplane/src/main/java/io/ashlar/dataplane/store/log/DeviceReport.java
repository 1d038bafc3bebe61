package io.ashlar.dataplane.store.log;

import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.DeviceId;
import io.ashlar.dataplane.store.StoredMirror;
import java.util.List;

/**
 * What an offline look at a device finds.
 *
 * @param device its identity
 * @param cluster whose it is
 * @param capacityBytes what its log may take
 * @param freeBytes in segments that nothing is kept in
 * @param nextRecord number after the last record of the log
 * @param syncedThrough number of the last record that was synced, as far as anything says
 * @param clean whether it was closed in order
 * @param bootId of the machine that last opened it; empty if none did
 * @param failed whether a write or sync had failed
 * @param mirrors in order of their ids
 */
public record DeviceReport(
        DeviceId device,
        ClusterId cluster,
        long capacityBytes,
        long freeBytes,
        long nextRecord,
        long syncedThrough,
        boolean clean,
        String bootId,
        boolean failed,
        List<MirrorCount> mirrors) {

    /** Copies the list. */
    public DeviceReport {
        mirrors = List.copyOf(mirrors);
    }

    /**
     * One mirror.
     *
     * @param mirror its label, standing, last change and stale blocks
     * @param dataBlocks that have bytes
     * @param zeroBlocks allocated zeros
     * @param lostBlocks known to be damaged
     */
    public record MirrorCount(
            StoredMirror mirror, long dataBlocks, long zeroBlocks, long lostBlocks) {}
}
