package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.message.FromHolder;
import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.message.ToHolder;
import io.ashlar.dataplane.net.Identity;
import io.ashlar.dataplane.net.PeerLink;
import io.netty.channel.EventLoop;

/** The link over which a process forwards to another, as the holder sees it. */
final class ForwardLink implements PeerLink<FromPeer> {

    private final FrontEnd forwarder;
    private final FrontEnd holder;
    private final Cable cable;

    /**
     * Connects two processes.
     *
     * @param broke what the forwarding process does when it learns of the link's end
     */
    ForwardLink(FrontEnd forwarder, FrontEnd holder, Network network, Cable.End broke) {
        this.forwarder = forwarder;
        this.holder = holder;
        cable =
                network.cable(
                        forwarder.life(),
                        broke,
                        holder.life(),
                        () -> holder.reception().closed(this));
    }

    /** The forwarding process asks. */
    void ask(ToHolder message) {
        cable.there(() -> {
            trace(holder, message);
            plant().forwarded(holder, this, message);
        });
    }

    @Override
    public void send(FromPeer message) {
        FromHolder reply = (FromHolder) message;
        cable.back(() -> {
            trace(forwarder, reply);
            plant().returned(forwarder, holder(), reply);
        });
    }

    private static void trace(FrontEnd at, Object message) {
        at.world().trace().add("to " + at.life().server(), message);
    }

    /** Who it is that forwards. */
    Identity forwarder() {
        return forwarder.life().identity();
    }

    /** To whom. */
    ServerId holder() {
        return holder.life().server().id();
    }

    private Plant plant() {
        return forwarder.world().plant();
    }

    /** The forwarding process is no more. */
    void letGo() {
        cable.letGo();
    }

    @Override
    public Identity peer() {
        return plant().identity(this, forwarder());
    }

    @Override
    public int shard() {
        return 0;
    }

    @Override
    public EventLoop loop() {
        return holder.loop();
    }

    @Override
    public long lastReceivedNanos() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close(String reason) {
        cable.breakNow();
    }
}
