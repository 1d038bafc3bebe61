package io.ashlar.ops.process;

import java.util.List;

/** Small clients over libnbd. */
final class Clients {

    // Debian's own interpreter: the one that python3-libnbd is installed for.
    private static final String PYTHON = "/usr/bin/python3";

    private static final String IDLE =
            """
            import nbd, sys
            handle = nbd.NBD()
            handle.connect_uri(sys.argv[1])
            print("attached", flush=True)
            sys.stdin.read()
            """;

    private Clients() {}

    /** Attaches, and stays attached without a request until it is closed. */
    static Program idle(String uri) {
        return Program.start(List.of(PYTHON, "-c", IDLE, uri));
    }
}
