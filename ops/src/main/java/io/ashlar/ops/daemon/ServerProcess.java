package io.ashlar.ops.daemon;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.metrics.Metrics;
import io.ashlar.dataplane.server.ServerConfig;
import io.ashlar.dataplane.server.StorageServer;
import io.ashlar.metadata.api.MetadataClient;
import io.ashlar.metadata.raft.RaftMetadataClient;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A storage server with what it borrows: its metadata client and the export of its metrics. */
public final class ServerProcess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);

    private final Metrics metrics;
    private final MetadataClient client;
    private final StorageServer server;

    private ServerProcess(Metrics metrics, MetadataClient client, StorageServer server) {
        this.metrics = metrics;
        this.client = client;
        this.server = server;
    }

    /**
     * Starts it; returns when it is registered and accepts clients. Waits for the metadata group as
     * long as it takes: after a power cut of everything nobody can say who is up first.
     *
     * @throws StorageException naming what else stands in the way; nothing is left running
     */
    public static ServerProcess start(ServerConfig config, List<HostPort> group) {
        Metrics metrics = new Metrics();
        MetadataClient client =
                new RaftMetadataClient(
                        group, RaftMetadataClient.DEFAULT_LIMIT, config.security().tls());
        try {
            StorageServer server = startWhenTheGroupServes(config, client, metrics);
            return new ServerProcess(metrics, client, server);
        } catch (RuntimeException e) {
            client.close();
            metrics.close();
            throw e;
        }
    }

    private static StorageServer startWhenTheGroupServes(
            ServerConfig config, MetadataClient client, Metrics metrics) {
        while (true) {
            try {
                return StorageServer.start(config, client, metrics.registry());
            } catch (StorageException e) {
                if (e.code() != ErrorCode.UNAVAILABLE) {
                    throw e;
                }
                // The client has waited already; this is no busy loop.
                LOG.warn("{} waits: {}", config.server(), e.getMessage());
            }
        }
    }

    /** Exports the metrics through JMX; one server of a process can. */
    public void exportMetrics() {
        metrics.export();
    }

    /** Where clients connect. */
    public HostPort nbd() {
        return server.nbdAddress();
    }

    @Override
    public void close() {
        server.close();
        client.close();
        metrics.close();
    }
}
