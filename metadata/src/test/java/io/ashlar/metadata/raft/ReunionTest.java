package io.ashlar.metadata.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.config.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a connection to another peer is made anew. */
class ReunionTest {

    private static final HostPort FIRST = new HostPort("127.0.0.1", 1);
    private static final HostPort SECOND = new HostPort("127.0.0.1", 2);

    private final Set<HostPort> listening = new HashSet<>(Set.of(FIRST, SECOND));
    private final List<HostPort> reconnected = new ArrayList<>();
    private boolean led;
    private final Reunion reunion =
            new Reunion(List.of(FIRST, SECOND), () -> led, listening::contains, reconnected::add);

    @Test
    void reconnectsOnceWhenAPeerIsBack() {
        listening.remove(FIRST);
        reunion.look();
        reunion.look();
        assertEquals(List.of(), reconnected);

        listening.add(FIRST);
        reunion.look();
        reunion.look();
        assertEquals(List.of(FIRST), reconnected);
    }

    @Test
    void leavesAloneWhoWasNeverAway() {
        reunion.look();
        assertEquals(List.of(), reconnected);
    }

    @Test
    void leavesTheConnectionsOfALedGroupToItsLeader() {
        listening.remove(SECOND);
        reunion.look();
        led = true;
        reunion.look();
        listening.add(SECOND);
        led = false;
        reunion.look();
        assertEquals(List.of(), reconnected);
    }

    @Test
    void tellsWhoListens() throws IOException {
        HostPort address;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = new HostPort("127.0.0.1", socket.getLocalPort());
            assertTrue(Reunion.listens(address));
        }
        assertFalse(Reunion.listens(address));
    }
}
