package io.ashlar.dataplane.server;

import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.message.ToHolder;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.message.ToPeer;
import io.ashlar.dataplane.net.LinkHandler;
import io.ashlar.dataplane.net.PeerLink;
import io.ashlar.dataplane.shard.Placements;
import io.ashlar.dataplane.shard.Shard;
import java.util.List;

/** Hands what other servers ask to the shards of the mirrors and volumes that they ask for. */
final class IncomingLinks implements LinkHandler<FromPeer, ToPeer> {

    private final Placements placements;
    private final List<Shard> shards;

    IncomingLinks(Placements placements, List<Shard> shards) {
        this.placements = placements;
        this.shards = shards;
    }

    @Override
    public void up(PeerLink<FromPeer> link) {}

    @Override
    public void received(PeerLink<FromPeer> link, ToPeer message) {
        switch (message) {
            case ToMirror to ->
                    placements
                            .of(to)
                            .ifPresent(shard ->
                                    shard.execute(() -> shard.mirrors().received(link, to)));
            case ToHolder to -> {
                Shard shard = placements.of(to.volume());
                shard.execute(() -> shard.reception().received(link, to));
            }
        }
    }

    @Override
    public void down(PeerLink<FromPeer> link, String reason) {
        for (Shard shard : shards) {
            shard.execute(() -> {
                shard.mirrors().closed(link);
                shard.reception().closed(link);
            });
        }
    }
}
