package io.ashlar.dataplane.shard;

import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.message.FromHolder;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.message.ToPeer;
import io.ashlar.dataplane.net.LinkHandler;
import io.ashlar.dataplane.net.PeerLink;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A shard's links to the servers of the volumes that it coordinates. On the shard's loop. */
final class Links {

    private static final Logger LOG = LoggerFactory.getLogger(Links.class);

    private final Shard shard;
    private final int index;
    private final PeerDialer dialer;
    private final Map<ServerId, Line> lines = new HashMap<>();

    Links(Shard shard, int index, PeerDialer dialer) {
        this.shard = shard;
        this.index = index;
        this.dialer = dialer;
    }

    /** Whether the link is up; it is dialled if it was never wanted before. */
    boolean want(ServerId server) {
        Line line = lines.get(server);
        if (line == null) {
            line = new Line(server);
            lines.put(server, line);
            line.dialling = dialer.dial(server, index, shard.loop(), line);
        }
        return line.link != null;
    }

    /** Whether the link is up. */
    boolean up(ServerId server) {
        Line line = lines.get(server);
        return line != null && line.link != null;
    }

    void send(ServerId server, ToPeer message) {
        Line line = lines.get(server);
        if (line != null && line.link != null) {
            line.link.send(message);
        }
    }

    void close() {
        for (Line line : lines.values()) {
            try {
                if (line.dialling != null) {
                    line.dialling.close();
                }
            } catch (Exception e) { // the contract of AutoCloseable
                LOG.warn("while closing the link to {}", line.server, e);
            }
        }
        lines.clear();
    }

    private final class Line implements LinkHandler<ToPeer, FromPeer> {

        private final ServerId server;
        private @Nullable PeerLink<ToPeer> link;
        private @Nullable AutoCloseable dialling;

        Line(ServerId server) {
            this.server = server;
        }

        @Override
        public void up(PeerLink<ToPeer> up) {
            link = up;
            shard.linked(server, true);
        }

        @Override
        public void received(PeerLink<ToPeer> from, FromPeer message) {
            if (!from.equals(link)) {
                return;
            }
            switch (message) {
                case FromMirror reply -> shard.received(reply);
                case FromHolder reply -> shard.forwarder().received(server, reply);
            }
        }

        @Override
        public void down(PeerLink<ToPeer> gone, String reason) {
            if (gone.equals(link)) {
                LOG.info("link to {} is down: {}", server, reason);
                link = null;
                shard.linked(server, false);
            }
        }
    }
}
