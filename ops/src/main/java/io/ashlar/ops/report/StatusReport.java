package io.ashlar.ops.report;

import io.ashlar.common.config.ByteSize;
import io.ashlar.metadata.api.Answer;
import java.util.List;

/**
 * The state of the cluster.
 *
 * @param peers of the metadata group, as {@code id@host:port}
 * @param leader id of the leading peer
 * @param extentsBelowPolicy how many have fewer in-sync mirrors than their volume asks for
 * @param extentsMoving of how many a mirror is being replaced or moved
 * @param copyBytesPerSecond what all servers together may copy to mirrors; 0 for no limit
 * @param repairAfterSeconds how long a server may be gone before its mirrors are made elsewhere
 */
public record StatusReport(
        String cluster,
        List<String> peers,
        String leader,
        long appliedIndex,
        int volumes,
        int servers,
        int serversAlive,
        int extentsBelowPolicy,
        int extentsMoving,
        long copyBytesPerSecond,
        long repairAfterSeconds)
        implements Report {

    /** The report of the group's answer. */
    public static StatusReport of(Answer.Status status) {
        return new StatusReport(
                status.cluster().toString(),
                status.peers(),
                status.leader(),
                status.appliedIndex(),
                status.volumes(),
                status.servers(),
                status.serversAlive(),
                status.extentsBelowPolicy(),
                status.extentsMoving(),
                status.settings().copyBytesPerSecond(),
                status.settings().repairAfter().toSeconds());
    }

    @Override
    public String text() {
        return """
        cluster   %s
        metadata  %s (leader %s, applied index %d)
        servers   %d, alive %d
        volumes   %d, extents short of in-sync mirrors %d, moving %d
        repair    after %d s, copying %s\
        """
                .formatted(
                        cluster,
                        String.join(" ", peers),
                        leader,
                        appliedIndex,
                        servers,
                        serversAlive,
                        volumes,
                        extentsBelowPolicy,
                        extentsMoving,
                        repairAfterSeconds,
                        copyBytesPerSecond == 0
                                ? "without a cluster limit"
                                : "at most " + new ByteSize(copyBytesPerSecond) + "/s in all");
    }
}
