package io.ashlar.metadata.raft;

import static io.ashlar.metadata.catalog.Cluster.GIB;
import static io.ashlar.metadata.catalog.Cluster.createVolume;
import static io.ashlar.metadata.catalog.Cluster.holder;
import static io.ashlar.metadata.catalog.Cluster.register;
import static io.ashlar.metadata.catalog.Cluster.view;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.VolumeView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One group for all tests: each has volumes of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GroupTest {

    private TestGroup group;
    private RaftMetadataClient client;

    @BeforeAll
    void start(@TempDir Path directory) {
        // Nobody sends heartbeats here.
        group = new TestGroup(directory, c -> c.withSessionTerm(Duration.ofMinutes(1))).startAll();
        client = group.client();
        for (int n = 1; n <= 3; n++) {
            Command register = register(n, 1);
            TestGroup.await(() -> client.submit(register) instanceof Answer.Registered);
        }
    }

    @AfterAll
    void stop() {
        client.close();
        group.close();
    }

    private static Answer.Rejected rejected(Answer answer) {
        return assertInstanceOf(Answer.Rejected.class, answer);
    }

    @Test
    void makesShowsAndEndsAVolume() {
        VolumeView made = view(client.submit(createVolume("shown", GIB, 3)));
        assertEquals(made, view(client.ask(new Query.ShowVolume("shown"))));
        assertEquals(made, view(client.submit(createVolume("shown", GIB, 3))), "a repetition");
        assertInstanceOf(
                Answer.Done.class, client.submit(new Command.DeleteVolume("shown", false)));
        assertEquals(
                ErrorCode.NOT_FOUND, rejected(client.ask(new Query.ShowVolume("shown"))).code());
    }

    @Test
    void refusesWithTheCatalogsReason() {
        Answer.Rejected answer = rejected(client.submit(createVolume("big", GIB, 4)));
        assertEquals(ErrorCode.UNPLACEABLE, answer.code());
        assertTrue(answer.message().contains("'big' needs 4 servers"), answer.message());
    }

    @Test
    void grantsALeaseToOneHolder() {
        VolumeId id = view(client.submit(createVolume("leased", GIB, 3))).volume().id();
        Command first = new Command.AcquireLease(id, holder(1, 1), false);
        Answer.LeaseGranted grant = (Answer.LeaseGranted) client.submit(first);
        assertEquals(1, grant.epoch());
        assertEquals(grant, client.submit(first), "a retry gets the same grant");

        Command second = new Command.AcquireLease(id, holder(2, 1), false);
        assertEquals(ErrorCode.HELD, rejected(client.submit(second)).code());
        client.submit(new Command.ReleaseLease(id, holder(1, 1), 1));
        assertEquals(2, ((Answer.LeaseGranted) client.submit(second)).epoch());
    }

    @Test
    void independentCreationsDoNotDisturbEachOther() throws Exception {
        List<Future<Answer>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 24; i++) {
                Command command = createVolume("many-" + i, GIB, 2);
                answers.add(threads.submit(() -> client.submit(command)));
            }
        }
        Set<VolumeId> ids = new HashSet<>();
        for (Future<Answer> answer : answers) {
            ids.add(view(answer.get()).volume().id());
        }
        assertEquals(24, ids.size());
    }

    @Test
    void oneOfManyConcurrentRequestsForALeaseIsGranted() throws Exception {
        VolumeId id = view(client.submit(createVolume("raced", GIB, 3))).volume().id();
        List<Future<Answer>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 12; i++) {
                Command acquire = new Command.AcquireLease(id, holder(1 + i % 3, 1), false);
                answers.add(threads.submit(() -> client.submit(acquire)));
            }
        }
        Set<VolumeView> grants = new HashSet<>();
        for (Future<Answer> answer : answers) {
            if (answer.get() instanceof Answer.LeaseGranted grant) {
                assertEquals(1, grant.epoch());
                grants.add(grant.view());
            } else {
                assertEquals(ErrorCode.HELD, rejected(answer.get()).code());
            }
        }
        assertEquals(1, grants.size());
    }

    @Test
    void findsTheLeaderFromTheAddressOfAnyPeer() {
        for (HostPort address : group.addresses()) {
            HostPort other = new HostPort("localhost", address.port());
            try (RaftMetadataClient one =
                    new RaftMetadataClient(List.of(other), RaftMetadataClient.DEFAULT_LIMIT)) {
                assertInstanceOf(Answer.Servers.class, one.ask(new Query.ListServers()));
            }
        }
    }

    @Test
    void tellsItsPeersAndItsLeader() {
        Answer.Status status = (Answer.Status) client.ask(new Query.ShowStatus());
        assertEquals(3, status.peers().size());
        assertTrue(status.peers().getFirst().startsWith("m1@127.0.0.1:"), status.toString());
        assertEquals(group.leader(), status.leader());
        assertEquals(3, status.serversAlive());
    }
}
