package io.ashlar.ops.cli;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command.CreateVolume;
import io.ashlar.metadata.api.Query.ShowStatus;
import io.ashlar.metadata.api.Query.ShowVolume;
import io.ashlar.metadata.model.VolumePolicy;
import io.ashlar.ops.daemon.EmbeddedCluster;
import io.ashlar.ops.report.StatusReport;
import io.ashlar.ops.report.VolumeReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * {@code ashlar train}: runs every role once, so that the JVM can write down (JEP 514) what it
 * loaded, linked and compiled. With that cache a metadata peer starts in half the time.
 */
@Command(name = "train", hidden = true, description = "Starts and ends a small cluster.")
final class TrainCommand implements Runnable {

    private static final int LOWEST_PORT = 10_000;
    private static final int HIGHEST_PORT = 32_000;
    private static final int ATTEMPTS = 5;

    private final Session session;

    TrainCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        try {
            Path directory = Files.createTempDirectory("ashlar-train-");
            try (EmbeddedCluster cluster = start(directory)) {
                session.group(cluster.group());
                session.submit(
                        new CreateVolume(
                                UUID.randomUUID(), "train", 1L << 20, 0, new VolumePolicy(3, 1)),
                        Answer.Volume.class);
                session.print(
                        VolumeReport.of(
                                session.ask(new ShowVolume("train"), Answer.Volume.class).view()));
                session.print(StatusReport.of(session.ask(new ShowStatus(), Answer.Status.class)));
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new StorageException(ErrorCode.IO, "cannot use a temporary directory: " + e, e);
        }
    }

    private static EmbeddedCluster start(Path directory) {
        for (int attempt = 1; ; attempt++) {
            int basePort = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
            try {
                return EmbeddedCluster.start(directory.resolve("try-" + attempt), basePort);
            } catch (StorageException e) {
                if (e.code() != ErrorCode.IN_USE || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
