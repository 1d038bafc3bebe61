package io.ashlar.dataplane.nbd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A client that is installed on the machine: required in CI, else its tests are skipped. */
record Tool(String program, String debianPackage) {

    static final Tool NBDINFO = new Tool("nbdinfo", "libnbd-bin");
    static final Tool NBDCOPY = new Tool("nbdcopy", "libnbd-bin");
    static final Tool QEMU_IMG = new Tool("qemu-img", "qemu-utils");
    static final Tool QEMU_IO = new Tool("qemu-io", "qemu-utils");
    static final Tool FIO = new Tool("fio", "fio");
    static final Tool PYTHON = new Tool("/usr/bin/python3", "python3-libnbd");

    private static final long LIMIT_SECONDS = 60;

    /** Runs it, in {@code scratch}, to success; returns what it printed. */
    String run(Path scratch, Object... arguments) throws IOException, InterruptedException {
        Result result = attempt(scratch, arguments);
        assertEquals(0, result.status(), () -> program + " failed:\n" + result.output());
        return result.output();
    }

    /** Runs it to its end. */
    Result attempt(Path scratch, Object... arguments) throws IOException, InterruptedException {
        require();
        List<String> command = new ArrayList<>(List.of(program));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Path output = Files.createTempFile(scratch, "output", ".txt");
        Process process =
                new ProcessBuilder(command)
                        .directory(scratch.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            fail(String.join(" ", command) + " hung:\n" + Files.readString(output));
        }
        return new Result(
                process.exitValue(), Files.readString(output, StandardCharsets.UTF_8).strip());
    }

    record Result(int status, String output) {}

    private void require() {
        boolean there = installed();
        if (!there && "true".equals(System.getenv("CI"))) {
            fail(program + " is required in CI: install " + debianPackage);
        }
        Assumptions.assumeTrue(there, () -> program + " is missing: install " + debianPackage);
    }

    private boolean installed() {
        if (this.equals(PYTHON)) {
            return Files.isDirectory(Path.of("/usr/lib/python3/dist-packages"))
                    && Files.exists(Path.of("/usr/lib/python3/dist-packages/nbd.py"));
        }
        for (String folder : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }
}
