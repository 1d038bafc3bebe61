package io.ashlar.dataplane.store.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.LongSupplier;

/**
 * What a device takes from outside: inputs, so that a test repeats exactly.
 *
 * @param bootId names the machine's current boot; changes when the page cache is lost
 * @param salts random numbers
 */
record Surroundings(String bootId, LongSupplier salts) {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    static Surroundings ofThisMachine() throws IOException {
        SecureRandom random = new SecureRandom();
        return new Surroundings(Files.readString(BOOT_ID).strip(), random::nextLong);
    }
}
