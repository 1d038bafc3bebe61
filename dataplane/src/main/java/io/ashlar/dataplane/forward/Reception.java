package io.ashlar.dataplane.forward;

import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.message.ForwardRequest;
import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.message.ToHolder;
import io.ashlar.dataplane.net.PeerLink;
import io.ashlar.dataplane.volume.Reply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The sessions that other servers have with the volumes of one shard. On the shard's loop. */
public final class Reception {

    /** A volume that this server coordinates. */
    public interface Served {

        /** Attaches if this server serves the volume or can at once have the lease for it. */
        void attach(VolumeId volume, Reply<Way> reply);
    }

    private record Key(long forwarder, VolumeId volume) {}

    private final Served served;
    private final Map<Key, HostedSession> sessions = new HashMap<>();

    /** Without sessions. */
    public Reception(Served served) {
        this.served = served;
    }

    /** A server asks for its clients. */
    public void received(PeerLink<FromPeer> link, ToHolder message) {
        Key key = new Key(link.peer().nonce(), message.volume());
        HostedSession current = sessions.get(key);
        if (message.request() instanceof ForwardRequest.Open) {
            if (current == null || current.number() < message.session()) {
                begin(key, link, message);
            }
        } else if (current != null && current.number() == message.session()) {
            current.received(message);
        } // else of a session that is over: discarded
    }

    private void begin(Key key, PeerLink<FromPeer> link, ToHolder open) {
        HostedSession next =
                new HostedSession(
                        open.volume(),
                        open.session(),
                        link,
                        served,
                        ended -> sessions.remove(key, ended));
        HostedSession before = sessions.put(key, next);
        if (before == null) {
            next.begin();
        } else {
            before.end(next::begin);
        }
    }

    /** The link is gone, and every session on it. */
    public void closed(PeerLink<FromPeer> link) {
        for (HostedSession session : List.copyOf(sessions.values())) {
            if (session.link().equals(link)) {
                session.end(() -> {});
            }
        }
    }

    int sessions() {
        return sessions.size();
    }
}
