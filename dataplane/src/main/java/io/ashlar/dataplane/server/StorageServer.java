package io.ashlar.dataplane.server;

import com.codahale.metrics.MetricRegistry;
import io.ashlar.common.config.HostPort;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.ClusterId;
import io.ashlar.dataplane.loop.Transport;
import io.ashlar.dataplane.nbd.NbdLimits;
import io.ashlar.dataplane.nbd.NbdListener;
import io.ashlar.dataplane.nbd.NbdServer;
import io.ashlar.dataplane.nbd.TlsMode;
import io.ashlar.dataplane.net.Endpoint;
import io.ashlar.dataplane.net.Identity;
import io.ashlar.dataplane.net.LinkConfig;
import io.ashlar.dataplane.net.LinkMetrics;
import io.ashlar.dataplane.net.PeerListener;
import io.ashlar.dataplane.shard.CopyShare;
import io.ashlar.dataplane.shard.Devices;
import io.ashlar.dataplane.shard.Local;
import io.ashlar.dataplane.shard.Placements;
import io.ashlar.dataplane.shard.Shard;
import io.ashlar.dataplane.store.StoredMirror;
import io.ashlar.dataplane.store.log.LogStore;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.MetadataClient;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.Holder;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A storage server: mirrors on its devices, volumes that it coordinates, and the front end through
 * which clients reach any volume of the cluster.
 */
public final class StorageServer implements AutoCloseable {

    private static final Duration HEARTBEAT = Duration.ofMillis(400);
    private static final Duration READ_ADDRESSES = Duration.ofSeconds(1);
    private static final Duration CARE = Duration.ofSeconds(1);
    private static final Duration REPORT_DEVICES = Duration.ofSeconds(1);
    private static final Duration DROP_UNPLACED = Duration.ofSeconds(5);

    private static final Duration FORMING = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(50);

    private final Deque<AutoCloseable> parts;
    private final ServerConfig config;
    private final HostPort nbdAddress;
    private final HostPort peerAddress;

    private StorageServer(
            ServerConfig config,
            MetadataClient client,
            MetricRegistry metrics,
            Deque<AutoCloseable> parts) {
        this.parts = parts;
        this.config = config;
        ClusterId cluster = clusterOf(client);
        ServerIdentity identity = ServerIdentity.of(config.directory(), config.server(), cluster);
        long nonce = new SecureRandom().nextLong();
        Holder self = new Holder(config.server(), nonce);

        EventLoopGroup loops = Transport.best().loops(config.shards());
        parts.push(() -> loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).await());
        // After the loops, so closed before them: their last answers still find a loop.
        OpenDevices devices =
                closing(new OpenDevices(config.devices(), cluster, config.mapBytes()));
        Endpoint endpoint =
                new Endpoint(
                        new Identity(cluster, config.server(), nonce),
                        LinkConfig.DEFAULT.withTls(config.security().tls().map(TlsContexts::links)),
                        new LinkMetrics(metrics));
        AddressBook addresses = new AddressBook(endpoint);
        MetadataControl control =
                closing(new MetadataControl(client, self, new NoteMetrics(metrics)));
        CopyShare copies = new CopyShare(config.resyncBytesPerSecond());
        Local local = new Local(cluster, config.server(), nonce, config.timing(), copies);
        List<Shard> shards = new ArrayList<>();
        for (int i = 0; i < config.shards(); i++) {
            EventLoop loop = loops.next();
            shards.add(
                    new Shard(i, loop, local, new Devices(devices.stores()), addresses, control));
        }
        Placements placements = new Placements(shards);
        recover(devices, placements);
        shards.forEach(shard -> onLoop(shard, shard::start));
        parts.push(() -> shards.forEach(shard -> onLoop(shard, shard::close)));

        PeerListener peers =
                closing(
                        PeerListener.bind(
                                config.peer(),
                                endpoint,
                                loops,
                                placements::home,
                                new IncomingLinks(placements, shards)));
        peerAddress = new HostPort(config.peer().host(), peers.address().port());
        NbdServer nbd =
                closing(
                        new NbdServer(
                                loops,
                                new VolumeCatalog(client, placements),
                                config.security().access(),
                                config.security().tls().map(TlsContexts::clients),
                                NbdLimits.standard(),
                                metrics));
        nbd.start(listeners());
        int port = ((InetSocketAddress) nbd.addresses().getFirst()).getPort();
        nbdAddress = new HostPort(config.nbd().host(), port);

        Registration registration =
                new Registration(
                        client,
                        new Command.RegisterServer(
                                config.server(),
                                identity.identity(),
                                nonce,
                                config.zone(),
                                peerAddress,
                                nbdAddress,
                                devices.offered()),
                        copies::share);
        Upkeep upkeep =
                new Upkeep(
                        config.server(), client, shards, placements, addresses, devices.stores());
        upkeep.readAddresses();
        Chores chores = closing(new Chores());
        chores.every(
                HEARTBEAT,
                "heartbeat",
                () -> registration.heartbeat(handover -> handOver(placements, handover)));
        chores.every(READ_ADDRESSES, "addresses", upkeep::readAddresses);
        chores.every(CARE, "care", upkeep::careForNeglected);
        chores.every(CARE, "plans", upkeep::followPlans);
        chores.every(DROP_UNPLACED, "drop", upkeep::dropUnplaced);
        chores.every(REPORT_DEVICES, "devices", upkeep::reportFailedDevices);
        scrub(config.scrub(), devices, new Tidings(client, placements), metrics, chores);
    }

    /**
     * Starts a server; returns when it is registered and accepts clients.
     *
     * @param client stays the caller's to close, after the server
     * @throws StorageException naming what stands in the way; nothing is left running
     */
    public static StorageServer start(
            ServerConfig config, MetadataClient client, MetricRegistry metrics) {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            return new StorageServer(config, client, metrics, parts);
        } catch (RuntimeException e) {
            Closing.all(parts);
            throw e;
        }
    }

    /** A group that was started a moment ago needs a leader first. */
    private static ClusterId clusterOf(MetadataClient client) {
        long deadline = System.nanoTime() + FORMING.toNanos();
        while (true) {
            switch (client.ask(new Query.ShowStatus())) {
                case Answer.Status status -> {
                    return status.cluster();
                }
                case Answer.Rejected rejected -> {
                    if (rejected.code() != ErrorCode.UNAVAILABLE
                            || System.nanoTime() - deadline > 0) {
                        throw new StorageException(rejected.code(), rejected.message());
                    }
                    LockSupport.parkNanos(POLL.toNanos());
                }
                case Answer other -> throw new IllegalStateException("to a status query: " + other);
            }
        }
    }

    private <T extends AutoCloseable> T closing(T part) {
        parts.push(part);
        return part;
    }

    private static void scrub(
            ServerConfig.Scrub pace,
            OpenDevices devices,
            Tidings tidings,
            MetricRegistry metrics,
            Chores chores) {
        if (pace.bytesPerSecond() > 0) {
            for (LogStore store : devices.stores()) {
                DeviceScrub scrub =
                        new DeviceScrub(
                                store,
                                new ScrubFile(devices.directory(store)),
                                pace,
                                tidings,
                                new ScrubMetrics(metrics));
                chores.every(DeviceScrub.STEP, "scrub-" + store.device(), scrub::step);
            }
        }
    }

    private static void recover(OpenDevices devices, Placements placements) {
        for (LogStore store : devices.stores()) {
            for (StoredMirror mirror : store.recovered()) {
                Shard shard = placements.place(mirror.id(), mirror.label().volume());
                onLoop(shard, () -> shard.mirrors().recovered(store, mirror));
            }
        }
    }

    private static void handOver(Placements placements, Answer.Handover handover) {
        Shard shard = placements.of(handover.volume());
        shard.execute(() -> shard.handOver(handover.volume(), handover.epoch(), handover.to()));
    }

    private static void onLoop(Shard shard, Runnable task) {
        shard.loop().submit(task).syncUninterruptibly();
    }

    private List<NbdListener> listeners() {
        List<NbdListener> listeners = new ArrayList<>();
        listeners.add(new NbdListener(config.nbd().resolve(), config.security().nbd()));
        for (HostPort address : config.nbdAlso()) {
            listeners.add(new NbdListener(address.resolve(), config.security().nbd()));
        }
        config.nbdSocket()
                .ifPresent(path ->
                        listeners.add(
                                new NbdListener(UnixDomainSocketAddress.of(path), TlsMode.OFF)));
        return listeners;
    }

    /** Where clients connect. */
    public HostPort nbdAddress() {
        return nbdAddress;
    }

    /** Where other servers connect. */
    public HostPort peerAddress() {
        return peerAddress;
    }

    /** Steps down from its volumes, syncs its devices, ends everything that it started. */
    @Override
    public void close() {
        Closing.all(parts);
    }
}
