package io.ashlar.ops.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.ServerId;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.ServerState;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The servers that the metadata group knows, as a client is to try them. */
class AddressesTest {

    private static ServerRow server(int number, ServerState state) {
        return new ServerRow(
                new ServerId("server-" + number),
                new UUID(0, number),
                "zone",
                new HostPort("host", 100 + number),
                new HostPort("host", 200 + number),
                state,
                1,
                false);
    }

    private static HostPort nbd(int number) {
        return new HostPort("host", 200 + number);
    }

    private static final List<ServerRow> SERVERS =
            List.of(
                    server(1, ServerState.ALIVE),
                    server(2, ServerState.EXPIRED),
                    server(3, ServerState.ALIVE));

    @Test
    void areThoseOfLivingServersTheCoordinatorFirst() {
        assertEquals(
                List.of(nbd(3), nbd(1)),
                Addresses.of(Optional.of(new ServerId("server-3")), SERVERS));
        assertEquals(
                List.of(nbd(1), nbd(3)),
                Addresses.of(Optional.of(new ServerId("server-1")), SERVERS));
    }

    @Test
    void areInTheOrderOfTheTableIfNobodyCoordinatesOrIsDead() {
        assertEquals(List.of(nbd(1), nbd(3)), Addresses.of(Optional.empty(), SERVERS));
        assertEquals(
                List.of(nbd(1), nbd(3)),
                Addresses.of(Optional.of(new ServerId("server-2")), SERVERS));
    }

    @Test
    void needALivingServer() {
        List<ServerRow> dead = List.of(server(2, ServerState.EXPIRED));
        StorageException refusal =
                assertThrows(StorageException.class, () -> Addresses.of(Optional.empty(), dead));
        assertEquals(ErrorCode.UNAVAILABLE, refusal.code());
    }
}
