package io.ashlar.ops.process;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The checkers of clients' histories find what they should; their tests are in Python, as they are.
 */
class HistoryCheckerTest {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    @Test
    void agreesWithASearchThroughEveryOrder() {
        run("test_history.py");
    }

    @Test
    void findsWritesThatShowAgainAfterNewerOnes() {
        run("test_resent.py");
    }

    private static void run(String tests) {
        Program.require("python3", "python3");
        Path path = Path.of("src", "test", "python", tests);
        Program.run(LIMIT, "/usr/bin/python3", path.toString());
    }
}
