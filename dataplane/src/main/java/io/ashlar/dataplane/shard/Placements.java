package io.ashlar.dataplane.shard;

import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.message.ToMirror;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which shard a volume, and with it every mirror of it, belongs to on this server. Thread-safe:
 * links are accepted on any loop and ask it for every message.
 */
public final class Placements {

    private final List<Shard> shards;
    private final Map<MirrorId, Shard> byMirror = new ConcurrentHashMap<>();

    /** Over all shards of the server, at least one. */
    public Placements(List<Shard> shards) {
        this.shards = List.copyOf(shards);
    }

    /** The shard of a volume. */
    public Shard of(VolumeId volume) {
        return shards.get((int) Long.remainderUnsigned(volume.value(), shards.size()));
    }

    /**
     * Where a link lives that comes from another server's shard: volumes are spread alike on all
     * servers with as many shards, so that its messages are for this loop's shard.
     */
    public EventLoop home(int theirShard) {
        return shards.get(theirShard % shards.size()).loop();
    }

    /** A mirror is here; its volume decides where. */
    public Shard place(MirrorId mirror, VolumeId volume) {
        Shard shard = of(volume);
        byMirror.put(mirror, shard);
        return shard;
    }

    /** A mirror is here no longer. */
    public void forget(MirrorId mirror) {
        byMirror.remove(mirror);
    }

    /** Where a message belongs; nowhere if it is for a mirror that was never fenced here. */
    public Optional<Shard> of(ToMirror message) {
        if (message.request() instanceof MirrorRequest.Fence fence) {
            return Optional.of(place(message.mirror(), fence.label().volume()));
        }
        return Optional.ofNullable(byMirror.get(message.mirror()));
    }
}
