package io.ashlar.metadata.catalog;

import static io.ashlar.metadata.catalog.Cluster.catalog;
import static io.ashlar.metadata.catalog.Cluster.register;
import static io.ashlar.metadata.catalog.Cluster.server;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ashlar.metadata.api.Command;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionsTest {

    private final Catalog catalog = catalog(1);
    private final Sessions sessions = new Sessions(Duration.ofNanos(100));

    private List<Command> due(long now) {
        return sessions.due(catalog.tables(), now);
    }

    @Test
    void givesEverybodyAFullTermAtFirstAndAfterALeaderChange() {
        assertEquals(List.of(), due(1000));
        assertEquals(List.of(), due(1100));
        assertEquals(List.of(new Command.ExpireServer(server(1), 1)), due(1101));
        sessions.restart();
        assertEquals(List.of(), due(1102));
    }

    @Test
    void countsFromTheLastHeartbeat() {
        due(0);
        sessions.touch(server(1), 1, 90);
        assertEquals(List.of(), due(190));
        assertEquals(List.of(new Command.ExpireServer(server(1), 1)), due(191));
    }

    @Test
    void returnsAnExpiredServerThatIsHeardAgain() {
        due(0);
        catalog.submit(new Command.ExpireServer(server(1), 1));
        assertEquals(List.of(), due(200));
        sessions.touch(server(1), 1, 210);
        assertEquals(List.of(new Command.ReturnServer(server(1), 1)), due(220));
    }

    @Test
    void aNewProcessHasItsOwnTerm() {
        due(0);
        catalog.submit(register(1, 2));
        sessions.touch(server(1), 1, 140);
        assertEquals(List.of(), due(150));
        assertEquals(List.of(), due(250));
        assertEquals(List.of(new Command.ExpireServer(server(1), 2)), due(251));
    }
}
