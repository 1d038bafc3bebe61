package io.ashlar.dataplane.net;

import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.message.ToPeer;

/**
 * What differs between the two ends of a link: which messages go out and come in, and who says
 * hello first.
 */
sealed interface Side<S, R> {

    Side<ToPeer, FromPeer> CONNECTING = new Connecting();
    Side<FromPeer, ToPeer> ACCEPTING = new Accepting();

    void encode(S message, FrameWriter out);

    R decode(FrameHeader header, BodyReader body);

    /** Whether a frame of this type may come once the link is up. */
    boolean accepts(FrameType type);

    /** The frame that the other side greets with. */
    FrameType greeting();

    /** The frame by which the other side shows that it is there. */
    FrameType beat();

    /** Requests out, replies in. */
    record Connecting() implements Side<ToPeer, FromPeer> {

        @Override
        public void encode(ToPeer message, FrameWriter out) {
            WireCodec.put(message, out);
        }

        @Override
        public FromPeer decode(FrameHeader header, BodyReader body) {
            return WireCodec.decode(header, body, WireCodec::takeReply);
        }

        @Override
        public boolean accepts(FrameType type) {
            return type.isReply();
        }

        @Override
        public FrameType greeting() {
            return FrameType.WELCOME;
        }

        @Override
        public FrameType beat() {
            return FrameType.PONG;
        }
    }

    /** Replies out, requests in. */
    record Accepting() implements Side<FromPeer, ToPeer> {

        @Override
        public void encode(FromPeer message, FrameWriter out) {
            WireCodec.put(message, out);
        }

        @Override
        public ToPeer decode(FrameHeader header, BodyReader body) {
            return WireCodec.decode(header, body, WireCodec::takeRequest);
        }

        @Override
        public boolean accepts(FrameType type) {
            return type.isRequest();
        }

        @Override
        public FrameType greeting() {
            return FrameType.HELLO;
        }

        @Override
        public FrameType beat() {
            return FrameType.PING;
        }
    }
}
