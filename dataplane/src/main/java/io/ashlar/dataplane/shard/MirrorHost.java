package io.ashlar.dataplane.shard;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.mirror.Mirror;
import io.ashlar.dataplane.mirror.MirrorPort;
import io.ashlar.dataplane.net.PeerLink;
import io.ashlar.dataplane.store.DeviceStore;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import io.ashlar.dataplane.store.StoredMirror;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The mirrors of one shard, each with its device. On the shard's loop. */
public final class MirrorHost {

    private record Hosted(Mirror mirror, DeviceStore device) {}

    private final Shard shard;
    private final Local local;
    private final Devices devices;
    private final Map<MirrorId, Hosted> mirrors = new HashMap<>();
    private final Map<Long, ReplyPath> paths = new HashMap<>();
    private final Map<ReplyPath, Long> numbers = new HashMap<>();
    private long nextPath = 1;

    MirrorHost(Shard shard, Local local, Devices devices) {
        this.shard = shard;
        this.local = local;
        this.devices = devices;
    }

    /** A mirror that was found on a device. */
    public void recovered(DeviceStore device, StoredMirror stored) {
        mirrors.put(
                stored.id(),
                new Hosted(
                        Mirror.recovered(stored, local.timing(), new Port(device, stored.id())),
                        device));
    }

    /** The mirrors that exist here. */
    public List<MirrorId> existing() {
        return mirrors.values().stream()
                .map(Hosted::mirror)
                .filter(Mirror::exists)
                .map(Mirror::id)
                .toList();
    }

    /** A coordinator on another server asks. */
    public void received(PeerLink<FromPeer> link, ToMirror message) {
        received(new ReplyPath.Over(link), message);
    }

    /** The link is gone: replies to it are dropped. */
    public void closed(PeerLink<FromPeer> link) {
        Long number = numbers.remove(new ReplyPath.Over(link));
        if (number != null) {
            paths.remove(number);
        }
    }

    void received(ReplyPath path, ToMirror message) {
        Hosted hosted = mirrors.get(message.mirror());
        if (message.request() instanceof MirrorRequest.Fence fence) {
            if (hosted == null || !hosted.device().device().equals(fence.device())) {
                hosted = onNamedDevice(path, message, fence.device(), Optional.ofNullable(hosted));
            }
        }
        if (hosted != null) {
            hosted.mirror().received(number(path), message);
        } else if (!(message.request() instanceof MirrorRequest.Fence)) {
            say(path, notHere(message, "on server " + local.server()));
        }
    }

    private static FromMirror notHere(ToMirror message, String where) {
        return new FromMirror(
                message.mirror(),
                message.epoch(),
                message.conn(),
                new MirrorReply.Failed(
                        ErrorCode.NOT_FOUND, "no mirror " + message.mirror() + " " + where));
    }

    private @Nullable Hosted onNamedDevice(
            ReplyPath path, ToMirror message, DeviceId named, Optional<Hosted> elsewhere) {
        Optional<DeviceStore> device = devices.of(named);
        if (device.isEmpty() || elsewhere.filter(h -> h.mirror().exists()).isPresent()) {
            say(path, notHere(message, "on device " + named + " of server " + local.server()));
            return null;
        }
        Port port = new Port(device.get(), message.mirror());
        Hosted hosted =
                new Hosted(Mirror.absent(message.mirror(), local.timing(), port), device.get());
        mirrors.put(message.mirror(), hosted);
        return hosted;
    }

    private long number(ReplyPath path) {
        return numbers.computeIfAbsent(
                path,
                p -> {
                    paths.put(nextPath, p);
                    return nextPath++;
                });
    }

    /** A scrub found blocks of a mirror bad; false if no coordinator could be told. */
    public boolean scrubbed(MirrorId mirror, StoreAnswer.Corrupt found) {
        Hosted hosted = mirrors.get(mirror);
        return hosted != null && hosted.mirror().scrubbed(found);
    }

    /** Gives the space of a mirror back whose volume is no more. */
    public void drop(MirrorId mirror) {
        Hosted hosted = mirrors.remove(mirror);
        if (hosted != null) {
            hosted.device().submit(mirror, new StoreRequest.Drop(), answer -> {});
        }
    }

    private void ticked(MirrorId mirror) {
        Hosted hosted = mirrors.get(mirror);
        if (hosted != null) {
            hosted.mirror().tick();
        }
    }

    private void say(ReplyPath path, FromMirror reply) {
        switch (path) {
            case ReplyPath.Here _ -> shard.loop().execute(() -> shard.received(reply));
            case ReplyPath.Over over -> over.send(reply);
        }
    }

    /** What one mirror needs of the world. */
    private final class Port implements MirrorPort {

        private final DeviceStore device;
        private final MirrorId mirror;

        Port(DeviceStore device, MirrorId mirror) {
            this.device = device;
            this.mirror = mirror;
        }

        @Override
        public long now() {
            return System.nanoTime();
        }

        @Override
        public void say(long link, FromMirror reply) {
            ReplyPath path = paths.get(link);
            if (path != null) {
                MirrorHost.this.say(path, reply);
            }
        }

        @Override
        public void submit(StoreRequest request, Consumer<StoreAnswer> answer) {
            device.submit(mirror, request, got -> shard.loop().execute(() -> answer.accept(got)));
        }

        @Override
        public long roomBytes() {
            return device.roomBytes();
        }

        @Override
        public void wakeAt(long nanos) {
            long delay = Math.max(0, nanos - System.nanoTime());
            Future<?> _ = shard.loop().schedule(() -> ticked(mirror), delay, TimeUnit.NANOSECONDS);
        }
    }
}
