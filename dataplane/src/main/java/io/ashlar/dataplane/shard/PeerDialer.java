package io.ashlar.dataplane.shard;

import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.message.ToPeer;
import io.ashlar.dataplane.net.LinkHandler;
import io.netty.channel.EventLoop;

/** Keeps a link to another server, wherever that server is now. */
public interface PeerDialer {

    /**
     * Dials, and dials again, until closed.
     *
     * @param shard of the caller, for the hello
     * @param loop where the handler is called
     */
    AutoCloseable dial(
            ServerId server, int shard, EventLoop loop, LinkHandler<ToPeer, FromPeer> handler);
}
