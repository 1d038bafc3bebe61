package io.ashlar.dataplane.net;

import io.netty.channel.EventLoop;

/**
 * A connection to a peer that has said hello. All methods are to be called on its {@link #loop()}.
 *
 * @param <S> what this side sends: {@code ToPeer} if it connected, {@code FromPeer} if it accepted
 */
public interface PeerLink<S> {

    /** Who is at the other end. */
    Identity peer();

    /** The shard that the connecting side named in its hello. */
    int shard();

    /** Where all of the link's events are delivered. */
    EventLoop loop();

    /**
     * Sends after everything sent before. The bytes leave at the end of the loop's current turn,
     * together. A link that is down swallows the message: its {@code down} has been or will be
     * delivered. A link whose waiting bytes would exceed their bound goes down.
     *
     * @throws IllegalArgumentException if the message exceeds the limits of a frame ({@link
     *     WireCodec}); the link stays up
     */
    void send(S message);

    /** When bytes last came from the peer, as {@code System.nanoTime()}. */
    long lastReceivedNanos();

    /** Ends the link. Nothing more is received; {@code down} follows, not within this call. */
    void close(String reason);
}
