package io.ashlar.ops.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.MetadataClient;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.raft.RaftMetadataClient;
import io.ashlar.ops.report.VolumeReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The processes of {@code ops/local-cluster} under {@code target/clusters/NAME}. The logs stay
 * there after a test; the data does not.
 */
final class LocalCluster implements AutoCloseable {

    private static final long DEVICE_BYTES = 4L << 30;
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(90);
    private static final String OPS = Path.of("").toAbsolutePath().toString();

    private final Path directory;
    private final MetadataClient metadata;

    private LocalCluster(Path directory, MetadataClient metadata) {
        this.directory = directory;
        this.metadata = metadata;
    }

    /** Starts three metadata peers and so many servers, on an empty directory. */
    static LocalCluster start(String name, int servers) {
        return start(name, servers, DEVICE_BYTES);
    }

    /** The same with devices of another size. */
    static LocalCluster start(String name, int servers, long deviceBytes) {
        return startWith(
                name, List.of("--servers", servers + "", "--device-bytes", deviceBytes + ""));
    }

    /** Three peers and three servers, or what these words of {@code local-cluster} say. */
    static LocalCluster startWith(String name, List<String> options) {
        Path directory = Path.of("target", "clusters", name).toAbsolutePath();
        deleteAll(directory);
        List<String> words = new ArrayList<>(List.of("start"));
        words.addAll(options);
        control(directory, words.toArray(String[]::new));
        String group = env(directory).get("metadata").asText();
        return new LocalCluster(directory, RaftMetadataClient.connect(group));
    }

    private static String control(Path directory, String... words) {
        List<String> command = new ArrayList<>(List.of(OPS + "/local-cluster"));
        command.addAll(List.of(words));
        command.addAll(List.of("--dir", directory.toString()));
        return Program.run(COMMAND_LIMIT, command.toArray(String[]::new));
    }

    void kill(String process) {
        control(directory, "kill", process);
    }

    /** Freezes it; what it holds open stays open. */
    void pause(String process) {
        control(directory, "pause", process);
    }

    void resume(String process) {
        control(directory, "resume", process);
    }

    void restart(String process) {
        control(directory, "restart", process);
    }

    JsonNode env() {
        return env(directory);
    }

    private static JsonNode env(Path directory) {
        return json(control(directory, "env"));
    }

    static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("no JSON: " + text, e);
        }
    }

    /** Where a client attaches a volume. */
    String uri(String server, String volume) {
        return env().get("nbd").get(server).asText() + "/" + volume;
    }

    Path device(String server) {
        return Path.of(env().get("devices").get(server).get(0).asText());
    }

    /** All that a process has logged. */
    String log(String process) {
        try {
            return Files.readString(directory.resolve(process).resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A good run of the command line, as its own process; returns what it printed. */
    String ashlar(String... words) {
        return Program.run(COMMAND_LIMIT, commandLine(words));
    }

    /** A failing run of the command line; returns what it printed. */
    String ashlarFails(String... words) {
        return Program.runToFailure(COMMAND_LIMIT, commandLine(words));
    }

    /** A daemon of the command line, under way; its end is its process's end. */
    Program daemon(String... words) {
        return Program.start(List.of(commandLine(words)));
    }

    private String[] commandLine(String... words) {
        List<String> command = new ArrayList<>();
        command.add(OPS + "/bin/ashlar");
        command.addAll(List.of("--metadata", env().get("metadata").asText()));
        command.addAll(List.of(words));
        return command.toArray(String[]::new);
    }

    /** What {@code volume show} reports now. */
    VolumeReport volume(String name) {
        return switch (metadata.ask(new Query.ShowVolume(name))) {
            case Answer.Volume(var view) -> VolumeReport.of(view);
            case Answer other -> throw new IllegalStateException(name + ": " + other);
        };
    }

    /** Waits until the volume's tables are as wanted. */
    VolumeReport await(String what, String name, Duration limit, Predicate<VolumeReport> wanted) {
        return Await.until(what, limit, () -> volume(name), wanted);
    }

    /** Waits until all mirrors of the volume hold all acknowledged writes. */
    VolumeReport awaitInSync(String name, Duration limit) {
        return await(
                "all mirrors of " + name + " in sync",
                name,
                limit,
                volume -> volume.mirrors().stream().allMatch(VolumeReport.Mirror::inSync));
    }

    /** The process that leads the metadata group. */
    String metadataLeader() {
        return switch (metadata.ask(new Query.ShowStatus())) {
            case Answer.Status status -> status.leader();
            case Answer other -> throw new IllegalStateException(other.toString());
        };
    }

    @Override
    public void close() {
        metadata.close();
        control(directory, "stop");
        try (Stream<Path> homes = Files.list(directory)) {
            homes.filter(Files::isDirectory)
                    .flatMap(home -> Stream.of(home.resolve("data"), home.resolve("device-1")))
                    .forEach(LocalCluster::deleteAll);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteAll(Path root) {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
