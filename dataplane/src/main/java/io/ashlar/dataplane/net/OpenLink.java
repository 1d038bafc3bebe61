package io.ashlar.dataplane.net;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;

/** A link after its hello. On its event loop only. */
final class OpenLink<S> implements PeerLink<S> {

    private final LinkChannel<S, ?> line;
    private final Channel channel;
    private final Hello theirs;

    OpenLink(LinkChannel<S, ?> line, Channel channel, Hello theirs) {
        this.line = line;
        this.channel = channel;
        this.theirs = theirs;
    }

    @Override
    public Identity peer() {
        return theirs.from();
    }

    @Override
    public int shard() {
        return theirs.shard();
    }

    @Override
    public EventLoop loop() {
        return channel.eventLoop();
    }

    @Override
    public void send(S message) {
        line.send(message);
    }

    @Override
    public long lastReceivedNanos() {
        return line.lastReceivedNanos();
    }

    @Override
    public void close(String reason) {
        line.close(reason);
    }

    @Override
    public String toString() {
        return theirs.from().server() + " at " + channel.remoteAddress();
    }
}
