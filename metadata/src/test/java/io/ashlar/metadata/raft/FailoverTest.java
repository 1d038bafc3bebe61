package io.ashlar.metadata.raft;

import static io.ashlar.metadata.catalog.Cluster.GIB;
import static io.ashlar.metadata.catalog.Cluster.createVolume;
import static io.ashlar.metadata.catalog.Cluster.register;
import static io.ashlar.metadata.catalog.Cluster.server;
import static io.ashlar.metadata.catalog.Cluster.view;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.ServerState;
import io.ashlar.metadata.model.VolumeRow;
import io.ashlar.metadata.model.VolumeView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a group does when peers leave and come back. */
class FailoverTest {

    private static void registerServers(RaftMetadataClient client) {
        for (int n = 1; n <= 3; n++) {
            Command register = register(n, 1);
            TestGroup.await(() -> client.submit(register) instanceof Answer.Registered);
        }
    }

    private static List<String> names(RaftMetadataClient client) {
        return ((Answer.Volumes) client.ask(new Query.ListVolumes()))
                .volumes().stream().map(VolumeRow::name).toList();
    }

    /** The numbers that a pattern finds in the names of a peer's files. */
    private static List<Long> numbers(PeerConfig config, String directory, String pattern) {
        Path raft = config.directory().resolve("raft").resolve(Group.ID.getUuid().toString());
        Pattern number = Pattern.compile(pattern);
        try (Stream<Path> files = Files.list(raft.resolve(directory))) {
            return files.map(file -> number.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(m -> Long.parseLong(m.group(1)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long newestSnapshot(PeerConfig config) {
        List<Long> indexes = numbers(config, "checkpoints", "\\d+_(\\d+)");
        return indexes.isEmpty() ? -1 : indexes.getLast();
    }

    private static long firstOfLog(PeerConfig config) {
        return numbers(config, "current", "log_(?:inprogress_)?(\\d+).*").getFirst();
    }

    @Test
    void survivesItsLeaderAndARestartOfAllFromSnapshotAndLog(@TempDir Path directory) {
        try (TestGroup group =
                        new TestGroup(
                                directory,
                                c -> c.withSessionTerm(Duration.ofMinutes(1)).withLog(10, 5));
                RaftMetadataClient client = group.startAll().client()) {
            registerServers(client);
            make(client, 10, 20);
            VolumeView before = view(client.ask(new Query.ShowVolume("v19")));

            String leader = group.leader();
            group.stop(leader);
            assertEquals(before, view(client.ask(new Query.ShowVolume("v19"))));
            view(client.submit(createVolume("v40", GIB, 3)));
            group.start(leader);

            for (String id : List.of("m1", "m2", "m3")) {
                TestGroup.await(() -> newestSnapshot(group.config(id)) > 0);
            }
            group.stopAll();
            group.startAll();
            assertEquals(before, view(client.ask(new Query.ShowVolume("v19"))));
            assertEquals(11, names(client).size());
            view(client.submit(createVolume("v41", GIB, 3)));
        }
    }

    @Test
    void aPeerThatWasAwayTooLongReceivesASnapshot(@TempDir Path directory) {
        try (TestGroup group =
                        new TestGroup(
                                directory,
                                c -> c.withSessionTerm(Duration.ofMinutes(1)).withLog(10, 0));
                RaftMetadataClient client = group.startAll().client()) {
            registerServers(client);
            String away = group.follower();
            group.stop(away);
            long last = newestSnapshot(group.config(away));
            make(client, 0, 15);
            // The log is cut by whole segments, and a new term begins one.
            String leader = group.leader();
            group.stop(leader);
            group.start(leader);
            make(client, 15, 30);
            TestGroup.await(() -> firstOfLog(group.config(group.leader())) > last + 1);

            group.start(away);
            TestGroup.await(() -> newestSnapshot(group.config(away)) > last + 15);
            // The one that was away and one other are a majority: it must hold everything.
            String other =
                    Stream.of("m1", "m2", "m3")
                            .filter(id -> !id.equals(away))
                            .findFirst()
                            .orElseThrow();
            group.stop(other);
            assertEquals(30, names(client).size());
            view(client.submit(createVolume("after", GIB, 3)));
        }
    }

    private static void make(RaftMetadataClient client, int from, int to) {
        for (int i = from; i < to; i++) {
            view(client.submit(createVolume("v" + i, GIB, 3)));
        }
    }

    @Test
    void sessionsEndReturnAndOutliveALeader(@TempDir Path directory) throws Exception {
        try (TestGroup group =
                        new TestGroup(directory, c -> c.withSessionTerm(Duration.ofSeconds(1)));
                RaftMetadataClient client = group.startAll().client()) {
            registerServers(client);
            try (Heart heart = new Heart(client, 1);
                    Heart _ = new Heart(client, 2)) {
                TestGroup.await(() -> state(client, 3) == ServerState.EXPIRED);
                assertEquals(ServerState.ALIVE, state(client, 1));

                group.stop(group.leader());
                assertEquals(ServerState.ALIVE, state(client, 1));
                int beats = heart.beats();
                TestGroup.await(() -> heart.beats() > beats + 10);
                assertEquals(ServerState.ALIVE, state(client, 1), "a full term under each leader");
            }
            TestGroup.await(() -> state(client, 1) == ServerState.EXPIRED);
            try (Heart _ = new Heart(client, 1)) {
                TestGroup.await(() -> state(client, 1) == ServerState.ALIVE);
            }
        }
    }

    private static ServerState state(RaftMetadataClient client, int n) {
        Answer.Servers servers = (Answer.Servers) client.ask(new Query.ListServers());
        return servers.servers().stream()
                .filter(s -> s.id().equals(server(n)))
                .map(ServerRow::state)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void withoutAMajorityACallEndsAtItsLimit(@TempDir Path directory) {
        try (TestGroup group =
                        new TestGroup(directory, c -> c.withSessionTerm(Duration.ofMinutes(1)));
                RaftMetadataClient client =
                        new RaftMetadataClient(group.addresses(), Duration.ofSeconds(2))) {
            group.start("m1");
            for (Runnable call :
                    List.<Runnable>of(
                            () -> client.ask(new Query.ListVolumes()),
                            () -> client.submit(register(1, 1)))) {
                long start = System.nanoTime();
                StorageException e = assertThrows(StorageException.class, call::run);
                assertEquals(ErrorCode.UNAVAILABLE, e.code());
                Duration took = Duration.ofNanos(System.nanoTime() - start);
                assertTrue(took.compareTo(Duration.ofSeconds(4)) < 0, "took " + took);
            }
        }
    }
}
