package io.ashlar.ops.daemon;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every long-lived process does once its part serves: say so, and wait for its end. */
public final class Daemon {

    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

    private Daemon() {}

    /**
     * Announces that {@code part} serves, and returns when the process has been told to end
     * (SIGTERM, SIGINT) and the part is closed.
     *
     * @param name of the part, for the log
     * @param readyFile written, with the process id, when the part serves
     * @throws StorageException {@code IO} if the ready file cannot be written; the part is closed
     */
    public static void serve(String name, Optional<Path> readyFile, AutoCloseable part) {
        CountDownLatch closed = new CountDownLatch(1);
        Thread closing = new Thread(() -> close(name, part, closed), "shutdown");
        Runtime.getRuntime().addShutdownHook(closing);
        try {
            readyFile.ifPresent(Daemon::announce);
        } catch (StorageException e) {
            Runtime.getRuntime().removeShutdownHook(closing);
            close(name, part, closed);
            throw e;
        }
        LOG.info("{} serves", name);
        await(closed);
    }

    private static void announce(Path file) {
        Path written = Path.of(file + ".new");
        try {
            Files.writeString(written, ProcessHandle.current().pid() + "\n");
            // Whoever waits for the file must not find it empty.
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StorageException(
                    ErrorCode.IO, "cannot write the ready file " + file + ": " + e, e);
        }
    }

    private static void close(String name, AutoCloseable part, CountDownLatch closed) {
        try {
            part.close();
            LOG.info("{} ended", name);
        } catch (Exception e) {
            LOG.error("{} did not end cleanly", name, e);
        } finally {
            closed.countDown();
        }
    }

    private static void await(CountDownLatch closed) {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
