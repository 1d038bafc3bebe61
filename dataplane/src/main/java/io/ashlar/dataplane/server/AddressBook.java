package io.ashlar.dataplane.server;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.message.ToPeer;
import io.ashlar.dataplane.net.Endpoint;
import io.ashlar.dataplane.net.LinkHandler;
import io.ashlar.dataplane.net.PeerConnector;
import io.ashlar.dataplane.net.PeerTarget;
import io.ashlar.dataplane.shard.PeerDialer;
import io.ashlar.metadata.model.ServerRow;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the other servers are, as last read from the metadata group, and the connectors that dial
 * them: a server that comes back at another address is dialled there. Thread-safe.
 */
final class AddressBook implements PeerDialer {

    private final Endpoint endpoint;
    private final Map<ServerId, HostPort> addresses = new HashMap<>();
    private final Set<Dialling> diallings = new LinkedHashSet<>();

    AddressBook(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** What the table servers says now. */
    synchronized void update(List<ServerRow> servers) {
        for (ServerRow row : servers) {
            HostPort before = addresses.put(row.id(), row.peerAddress());
            if (!row.peerAddress().equals(before)) {
                diallings.stream()
                        .filter(dialling -> dialling.server.equals(row.id()))
                        .forEach(dialling -> dialling.at(row.peerAddress()));
            }
        }
    }

    @Override
    public synchronized AutoCloseable dial(
            ServerId server, int shard, EventLoop loop, LinkHandler<ToPeer, FromPeer> handler) {
        Dialling dialling = new Dialling(server, shard, loop, handler);
        diallings.add(dialling);
        HostPort address = addresses.get(server);
        if (address != null) {
            dialling.at(address);
        } // else as soon as it is read
        return dialling;
    }

    private final class Dialling implements AutoCloseable {

        private final ServerId server;
        private final int shard;
        private final EventLoop loop;
        private final LinkHandler<ToPeer, FromPeer> handler;
        private @Nullable PeerConnector connector;

        Dialling(
                ServerId server, int shard, EventLoop loop, LinkHandler<ToPeer, FromPeer> handler) {
            this.server = server;
            this.shard = shard;
            this.loop = loop;
            this.handler = handler;
        }

        void at(HostPort address) {
            if (connector != null) {
                connector.close();
            }
            connector =
                    new PeerConnector(
                            loop, endpoint, new PeerTarget(server, address, shard), handler);
            connector.start();
        }

        @Override
        public void close() {
            synchronized (AddressBook.this) {
                diallings.remove(this);
                if (connector != null) {
                    connector.close();
                }
            }
        }
    }
}
