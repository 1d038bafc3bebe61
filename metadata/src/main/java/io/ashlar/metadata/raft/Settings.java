package io.ashlar.metadata.raft;

import io.ashlar.common.config.TlsFiles;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** What differs from Ratis' defaults, and why (metadata/README.md has the measurements). */
final class Settings {

    /** Bounds one log entry; the largest event is a volume of 4,096 extents. */
    private static final SizeInBytes ENTRY = SizeInBytes.valueOf("4MB");

    private Settings() {}

    static RaftProperties peer(PeerConfig config) {
        RaftProperties p = new RaftProperties();
        RaftServerConfigKeys.setStorageDir(p, List.of(config.directory().resolve("raft").toFile()));
        // Only the address that was configured, never the wildcard.
        GrpcConfigKeys.Server.setHost(p, config.self().address().host());
        GrpcConfigKeys.Server.setPort(p, config.self().address().port());
        GrpcConfigKeys.Server.setBossGroupSize(p, 1);
        GrpcConfigKeys.Server.setWorkerGroupSize(p, 2);
        elections(p);
        reads(p);
        memory(p);
        snapshots(p, config);
        return p;
    }

    private static void elections(RaftProperties p) {
        // Shorter ones cause elections of their own on a busy machine.
        RaftServerConfigKeys.Rpc.setTimeoutMin(p, millis(500));
        RaftServerConfigKeys.Rpc.setTimeoutMax(p, millis(1000));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(p, millis(500));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(p, millis(1000));
    }

    private static void reads(RaftProperties p) {
        RaftServerConfigKeys.Read.setOption(p, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
        // Saves the round to the followers while the lease is good.
        RaftServerConfigKeys.Read.setLeaderLeaseEnabled(p, true);
        RaftServerConfigKeys.Read.setTimeout(p, millis(2000));
    }

    private static void memory(RaftProperties p) {
        RaftServerConfigKeys.Log.setSegmentSizeMax(p, SizeInBytes.valueOf("8MB"));
        RaftServerConfigKeys.Log.setPreallocatedSize(p, SizeInBytes.valueOf("1MB"));
        RaftServerConfigKeys.Log.setSegmentCacheNumMax(p, 2);
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(p, SizeInBytes.valueOf("16MB"));
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(p, ENTRY);
        // Must exceed an entry.
        RaftServerConfigKeys.Log.setWriteBufferSize(p, SizeInBytes.valueOf("5MB"));
        RaftServerConfigKeys.Write.setElementLimit(p, 1024);
        RaftServerConfigKeys.Write.setByteLimit(p, SizeInBytes.valueOf("16MB"));
        // An entry of its own for every commit index: 40 % of the throughput, for nothing here.
        RaftServerConfigKeys.Log.setLogMetadataEnabled(p, false);
    }

    private static void snapshots(RaftProperties p, PeerConfig config) {
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(p, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(p, config.snapshotEvery());
        RaftServerConfigKeys.Snapshot.setRetentionFileNum(p, CheckpointStorage.RETAINED);
        // A peer that is away must not let the log of the others grow without bound.
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(p, true);
        RaftServerConfigKeys.Log.setPurgePreservationLogNum(p, config.keepEntries());
        RaftServerConfigKeys.Log.setPurgeGap(p, (int) Math.min(1024, config.snapshotEvery()));
        // With the defaults a follower that needs a snapshot of more than 8 chunks stalls for
        // 20 to 25 s.
        GrpcConfigKeys.Server.setInstallSnapshotRequestElementLimit(p, 1024);
        RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(p, ENTRY);
        RaftServerConfigKeys.Log.Appender.setRetryPolicy(p, "1ms,10,100ms,100000");
    }

    static RaftProperties client() {
        RaftProperties p = new RaftProperties();
        // A stopped leader costs one of these; with the default of 3 s a fail-over takes 9.5 s.
        RaftClientConfigKeys.Rpc.setRequestTimeout(p, millis(1000));
        return p;
    }

    /** Mutual TLS between peers, and between them and their clients. */
    static Parameters parameters(Optional<TlsFiles> tls) {
        Parameters parameters = new Parameters();
        tls.ifPresent(files ->
                GrpcConfigKeys.TLS.setConf(
                        parameters,
                        new GrpcTlsConfig(
                                files.key().toFile(),
                                files.certificate().toFile(),
                                files.authority().toFile(),
                                true)));
        return parameters;
    }

    private static TimeDuration millis(int count) {
        return TimeDuration.valueOf(count, TimeUnit.MILLISECONDS);
    }
}
