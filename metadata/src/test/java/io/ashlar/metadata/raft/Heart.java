package io.ashlar.metadata.raft;

import static io.ashlar.metadata.catalog.Cluster.server;

import io.ashlar.metadata.api.Query;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends the heartbeats of a server's first process, eight a second. */
final class Heart implements AutoCloseable {

    private final AtomicInteger beats = new AtomicInteger();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    Heart(RaftMetadataClient client, int n) {
        var _ =
                timer.scheduleWithFixedDelay(
                        () -> {
                            client.ask(new Query.Heartbeat(server(n), 1));
                            beats.incrementAndGet();
                        },
                        0,
                        125,
                        TimeUnit.MILLISECONDS);
    }

    int beats() {
        return beats.get();
    }

    @Override
    public void close() {
        timer.close();
    }
}
