package io.ashlar.ops.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A third-party or own program under way, its output kept in a file. */
final class Program implements AutoCloseable {

    private static final Duration SIGNAL_LIMIT = Duration.ofSeconds(10);

    private final List<String> command;
    private final Process process;
    private final Path output;

    private Program(List<String> command, Process process, Path output) {
        this.command = command;
        this.process = process;
        this.output = output;
    }

    /** Starts a program; its standard output and error go to one file. */
    static Program start(List<String> command) {
        try {
            Path output = Files.createTempFile("ashlar-program-", ".out");
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            return new Program(command, process, output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a program to its end, which must be a good one, and returns what it printed. */
    static String run(Duration limit, String... command) {
        try (Program program = start(List.of(command))) {
            return program.succeed(limit);
        }
    }

    /** Runs a program to an end that must not be a good one, and returns what it printed. */
    static String runToFailure(Duration limit, String... command) {
        try (Program program = start(List.of(command))) {
            if (program.await(limit) == 0) {
                fail(program.command + " succeeded: " + program.output());
            }
            return program.output();
        }
    }

    /**
     * Skips the test where a program is missing, or fails it where CI has promised that none is.
     *
     * @param debianPackage what to install
     */
    static void require(String program, String debianPackage) {
        boolean present =
                List.of("/usr/bin", "/usr/sbin", "/sbin", "/bin").stream()
                        .anyMatch(dir -> Files.isExecutable(Path.of(dir, program)));
        require(present, program + " is missing: install the package " + debianPackage);
    }

    /** The same for a file, and what to do to have it. */
    static void requireFile(Path file, String remedy) {
        require(Files.exists(file), file + " is missing, " + remedy);
    }

    private static void require(boolean present, String message) {
        if (!present && "true".equals(System.getenv("CI"))) {
            fail(message);
        }
        assumeTrue(present, message);
    }

    /** Ends its standard input. */
    void endInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean running() {
        return process.isAlive();
    }

    /** Holds it in the middle of whatever it does. */
    void pause() {
        signal("-STOP");
    }

    /** Lets it go on. */
    void resume() {
        signal("-CONT");
    }

    private void signal(String signal) {
        run(SIGNAL_LIMIT, "sh", "-c", "kill " + signal + " " + process.pid());
    }

    /** What it has printed so far. */
    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for an end, good or not, and returns what it printed. */
    String end(Duration limit) {
        await(limit);
        return output();
    }

    /** Waits for a good end and returns what it printed. */
    String succeed(Duration limit) {
        int code = await(limit);
        assertEquals(0, code, () -> command + " ended with " + code + ": " + output());
        return output();
    }

    private int await(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                fail(command + " still runs after " + limit + ": " + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            Files.deleteIfExists(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
