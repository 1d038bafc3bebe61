package io.ashlar.ops.process;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The checker of clients' histories finds what it should; its tests are in Python, as it is. */
class HistoryCheckerTest {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    @Test
    void agreesWithASearchThroughEveryOrder() {
        Program.require("python3", "python3");
        Path tests = Path.of("src", "test", "python", "test_history.py");
        Program.run(LIMIT, "/usr/bin/python3", tests.toString());
    }
}
