package io.ashlar.dataplane.shard;

import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.net.PeerLink;

/** Where a mirror's replies go: over the link on which a request came, or to this very server. */
sealed interface ReplyPath {

    /** To a coordinator of the same shard. */
    ReplyPath LOCAL = new Here();

    /** The singleton behind {@link #LOCAL}. */
    record Here() implements ReplyPath {}

    /** Over a link. */
    record Over(PeerLink<FromPeer> link) implements ReplyPath {

        void send(FromMirror message) {
            if (link.loop().inEventLoop()) {
                link.send(message);
            } else {
                link.loop().execute(() -> link.send(message));
            }
        }
    }
}
