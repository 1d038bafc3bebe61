package io.ashlar.ops.cli;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.ServerId;
import io.ashlar.metadata.model.Holder;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.ServerState;
import io.ashlar.metadata.model.VolumeView;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Where clients reach a volume. */
final class Addresses {

    private Addresses() {}

    /**
     * The NBD addresses of all servers that are alive, that of the one that serves the volume
     * first.
     *
     * @throws StorageException {@code UNAVAILABLE} if no server is alive
     */
    static List<HostPort> of(VolumeView view, List<ServerRow> servers) {
        return of(view.volume().lease().holder().map(Holder::server), servers);
    }

    /** The same for a volume that this server serves, if one does. */
    static List<HostPort> of(Optional<ServerId> coordinator, List<ServerRow> servers) {
        List<HostPort> addresses =
                servers.stream()
                        .filter(server -> server.state() == ServerState.ALIVE)
                        .sorted(
                                Comparator.comparing(
                                        server -> !coordinator.equals(Optional.of(server.id()))))
                        .map(ServerRow::nbdAddress)
                        .toList();
        if (addresses.isEmpty()) {
            throw new StorageException(ErrorCode.UNAVAILABLE, "no server is alive");
        }
        return addresses;
    }
}
