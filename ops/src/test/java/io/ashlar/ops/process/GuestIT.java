package io.ashlar.ops.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * {@code ops/guest-test}: virtual machines and other clients stay attached while their servers are
 * killed. Logs stay in {@code target/guest-test}.
 */
class GuestIT {

    private static final Duration LIMIT = Duration.ofMinutes(8);

    @Test
    void clientsStayAttachedWhileServersDie() {
        Program.require("qemu-system-x86_64", "qemu-system-x86");
        Program.require("qemu-io", "qemu-utils");
        Program.require("arping", "iputils-arping");
        Program.requireFile(
                Path.of("target", "guest", "fetched"),
                "the guest's kernel: run ops/guest-test --fetch");
        String script = Path.of("guest-test").toAbsolutePath().toString();
        try (Program test =
                Program.start(List.of(script, "--quick", "--out", "target/guest-test"))) {
            System.out.println(test.succeed(LIMIT));
        }
    }
}
