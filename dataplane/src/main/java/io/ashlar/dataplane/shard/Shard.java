package io.ashlar.dataplane.shard;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.forward.Forwarder;
import io.ashlar.dataplane.forward.Reception;
import io.ashlar.dataplane.forward.SteadyVolume;
import io.ashlar.dataplane.forward.Way;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.ToHolder;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.volume.AttachedVolume;
import io.ashlar.dataplane.volume.Reply;
import io.ashlar.metadata.model.VolumeView;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop and what lives on it. Everything but {@link #execute} and the accessors is called
 * on the loop.
 */
public final class Shard implements AutoCloseable {

    private static final long TICK_MILLIS = 25;

    private final EventLoop loop;
    private final Local local;
    private final MirrorHost mirrors;
    private final Links links;
    private final Forwarder forwarder;
    private final Reception reception;
    private final ControlPlane control;
    private final Map<VolumeId, VolumeHost> volumes = new HashMap<>();
    private final Map<MirrorId, VolumeHost> byMirror = new HashMap<>();
    private @Nullable ScheduledFuture<?> ticking;

    /**
     * An idle shard.
     *
     * @param index its number on this server
     * @param peers makes links to other servers
     * @param control the metadata group, asked off the loop
     */
    public Shard(
            int index,
            EventLoop loop,
            Local local,
            Devices devices,
            PeerDialer peers,
            ControlPlane control) {
        this.loop = loop;
        this.local = local;
        this.control = control;
        this.mirrors = new MirrorHost(this, local, devices);
        this.links = new Links(this, index, peers);
        this.forwarder = new Forwarder(loop, new ForwardWire());
        this.reception = new Reception(this::attachHere);
    }

    /** Begins to tick. */
    public void start() {
        ticking =
                loop.scheduleAtFixedRate(
                        this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Its loop. */
    public EventLoop loop() {
        return loop;
    }

    /** Runs on the loop: at once if already there. */
    public void execute(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    Local local() {
        return local;
    }

    Links links() {
        return links;
    }

    ControlPlane control() {
        return control;
    }

    /** The mirrors of this shard. */
    public MirrorHost mirrors() {
        return mirrors;
    }

    Forwarder forwarder() {
        return forwarder;
    }

    /** What other servers forward to this shard. */
    public Reception reception() {
        return reception;
    }

    /** Whether {@link #attach} would need nothing of the metadata group (P9). */
    public boolean reaches(VolumeId volume) {
        VolumeHost host = volumes.get(volume);
        return (host != null && host.serving()) || forwarder.reaches(volume);
    }

    /** Opens a volume for a client of this server, wherever it is served. */
    public void attach(VolumeView view, Reply<AttachedVolume> reply) {
        VolumeHost host = volume(view);
        approach(
                host,
                Optional.empty(),
                new Reply<>() {
                    @Override
                    public void done(Way way) {
                        reply.done(
                                new SteadyVolume(
                                        loop,
                                        (lost, next) -> approach(host, lost, next),
                                        host.debt(),
                                        way));
                    }

                    @Override
                    public void failed(ErrorCode code, String message) {
                        reply.failed(code, message);
                    }
                });
    }

    private void approach(VolumeHost host, Optional<Way> lost, Reply<Way> reply) {
        new Approach(this, host, reply).begin(lost);
    }

    /** Whether a way over this server may have ended for want of a link only. */
    boolean linkBroke(ServerId server) {
        return !server.equals(local.server()) && !links.up(server);
    }

    /** Opens a volume for another server: only here. */
    private void attachHere(VolumeId volume, Reply<Way> reply) {
        // One that was never seen here is taken over like any other: a handover comes this way.
        volumes.computeIfAbsent(volume, id -> new VolumeHost(id, id.toString(), this))
                .attach(reply);
    }

    /** Hands a volume to another server, if it is still coordinated here under this epoch. */
    public void handOver(VolumeId volume, long epoch, ServerId to) {
        VolumeHost host = volumes.get(volume);
        if (host != null) {
            host.handOver(epoch, to);
        }
    }

    private final class ForwardWire implements Forwarder.Wire {

        @Override
        public boolean want(ServerId server) {
            return links.want(server);
        }

        @Override
        public void send(ServerId server, ToHolder message) {
            links.send(server, message);
        }
    }

    /** The volumes coordinated here whose mirrors are about to come or go, or are missing. */
    public List<VolumeId> unsettled() {
        return volumes.values().stream().filter(VolumeHost::unsettled).map(VolumeHost::id).toList();
    }

    private void tick() {
        for (VolumeHost volume : List.copyOf(volumes.values())) {
            volume.tick();
        }
    }

    /** The host of a volume, made if there is none yet. */
    public VolumeHost volume(VolumeView view) {
        VolumeHost host =
                volumes.computeIfAbsent(
                        view.volume().id(), id -> new VolumeHost(id, view.volume().name(), this));
        host.named(view.volume().name());
        return host;
    }

    /** A coordinator sends: to this very server over a task, else over the link. */
    void send(ServerId server, ToMirror message) {
        if (server.equals(local.server())) {
            loop.execute(() -> mirrors.received(ReplyPath.LOCAL, message));
        } else {
            links.send(server, message);
        }
    }

    /** A mirror answered one of this shard's coordinators. */
    void received(FromMirror message) {
        VolumeHost volume = byMirror.get(message.mirror());
        if (volume != null) {
            volume.received(message);
        }
    }

    /** The link to a server came up or went down. */
    void linked(ServerId server, boolean up) {
        for (VolumeHost volume : List.copyOf(volumes.values())) {
            volume.linked(server, up);
        }
        forwarder.linked(server, up);
    }

    void coordinates(VolumeHost host, List<MirrorId> hosted) {
        hosted.forEach(mirror -> byMirror.put(mirror, host));
    }

    void coordinatesNot(VolumeHost host) {
        byMirror.values().removeIf(other -> other == host);
    }

    /** Steps down from every volume, so that others need not wait, and lets the links go. */
    @Override
    public void close() {
        if (ticking != null) {
            ticking.cancel(false);
        }
        for (VolumeHost volume : List.copyOf(volumes.values())) {
            volume.stepDown("the server stops");
        }
        links.close();
    }
}
