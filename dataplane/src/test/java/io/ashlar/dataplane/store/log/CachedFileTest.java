package io.ashlar.dataplane.store.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads of what the page cache has, and of what it has not. */
final class CachedFileTest {

    private static final int SIZE = 4 << 20;

    @TempDir private Path directory;
    private final byte[] content = new byte[SIZE];
    private Path file;
    private byte[] found = {};

    @BeforeEach
    void write() throws IOException {
        file = directory.resolve("file");
        new Random(1).nextBytes(content);
        Files.write(file, content);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private CachedFile open() throws IOException {
        return new CachedFile(file, 1L << 40);
    }

    private CachedBytes.Sink sink(int length) {
        return bytes -> found = Arrays.copyOf(bytes, length);
    }

    @Test
    void readsAnyBytesThatAreThere() throws IOException {
        Random random = new Random(2);
        try (CachedFile cached = open()) {
            for (int i = 0; i < 3000; i++) {
                int length = 1 + random.nextInt(CachedBytes.MOST);
                int at = random.nextInt(SIZE - length);
                assertTrue(cached.read(length, at, sink(length)));
                assertArrayEquals(Arrays.copyOfRange(content, at, at + length), found);
            }
        }
    }

    @Test
    void hasNothingBeyondTheEndUntilTheFileGrows() throws IOException {
        try (CachedFile cached = open()) {
            assertFalse(cached.read(8192, SIZE - 4096, sink(8192)));
            assertFalse(cached.fetch(4096, SIZE, sink(4096)));
            Files.write(file, content, StandardOpenOption.APPEND);
            assertTrue(cached.read(8192, SIZE - 4096, sink(8192)));
        }
        assertArrayEquals(
                Arrays.copyOfRange(content, SIZE - 4096, SIZE), Arrays.copyOf(found, 4096));
    }

    /** What is not there stays so however often it is asked for, until it is fetched. */
    @Test
    void asksTheDiskForNothingUnlessItIsToFetch() throws Exception {
        try (CachedFile cached = open()) {
            dropFromCache();
            for (int i = 0; i < 10; i++) {
                if (cached.read(4096, 1 << 20, sink(4096))) {
                    abort("the file cannot be dropped from the page cache here");
                }
            }
            long deadline = System.nanoTime() + 10_000_000_000L;
            while (!cached.fetch(4096, 1 << 20, sink(4096))) {
                assertTrue(System.nanoTime() < deadline, "never fetched");
            }
            assertArrayEquals(Arrays.copyOfRange(content, 1 << 20, (1 << 20) + 4096), found);
            assertTrue(cached.read(4096, 1 << 20, sink(4096)));
        }
    }

    private void dropFromCache() throws IOException, InterruptedException {
        Process dd =
                new ProcessBuilder("dd", "if=" + file, "iflag=nocache", "count=0")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertTrue(dd.waitFor(10, TimeUnit.SECONDS));
        assertEquals(0, dd.exitValue());
    }
}
