package io.ashlar.ops.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The libnbd client that remembers every acknowledged write; see its Python source. */
final class Writer implements AutoCloseable {

    // Debian's own interpreter: the one that python3-libnbd is installed for.
    private static final String PYTHON = "/usr/bin/python3";

    private static final Duration END_LIMIT = Duration.ofMinutes(1);

    private final Program program;

    private Writer(Program program) {
        this.program = program;
    }

    /** Skips or fails the test where libnbd is missing. */
    static void require() {
        Program.require("nbdsh", "python3-libnbd");
    }

    /** Starts to write through the first server that serves. */
    static Writer start(String... uris) {
        Path script = Path.of("src", "test", "python", "write_and_remember.py");
        List<String> command = new ArrayList<>(List.of(PYTHON, script.toString()));
        command.addAll(Arrays.asList(uris));
        return new Writer(Program.start(command));
    }

    /** Waits until so many more writes are acknowledged than now. */
    void awaitMore(int writes, Duration limit) {
        int wanted = acknowledged() + writes;
        Await.until(
                wanted + " acknowledged writes",
                limit,
                this::acknowledged,
                count -> count >= wanted || !program.running());
        assertTrue(program.running(), program::output);
    }

    /** As it said last. */
    int acknowledged() {
        List<String> lines = program.output().lines().toList();
        // The last line may not be whole yet.
        return lines.size() < 2 ? 0 : Integer.parseInt(lines.get(lines.size() - 2));
    }

    /** Ends the writing; fails if an acknowledged write was lost. */
    JsonNode finish() {
        program.endInput();
        return LocalCluster.json(program.succeed(END_LIMIT).lines().toList().getLast());
    }

    @Override
    public void close() {
        program.close();
    }
}
