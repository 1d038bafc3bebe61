package io.ashlar.dataplane.store.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads that go to the disk though the page cache has it all. */
class DirectReaderTest {

    private static final Path IO = Path.of("/proc/thread-self/io");
    private static final int SIZE = (1 << 20) + 1234;

    @TempDir private Path directory;
    private final byte[] content = new byte[SIZE];

    private Path written() throws IOException {
        new Random(1).nextBytes(content);
        Path file = directory.resolve("file");
        Files.write(file, content);
        return file;
    }

    private static DirectReader open(Path file) throws IOException {
        if (Files.getFileStore(file).type().equals("tmpfs")) {
            return abort("the directory for temporary files is on no disk");
        }
        try {
            return new DirectReader(file);
        } catch (IOException e) {
            return abort("no direct I/O in the directory for temporary files: " + e);
        }
    }

    @Test
    void readsAnyBytesFromAnyPlace() throws IOException {
        Random random = new Random(2);
        try (DirectReader reader = open(written())) {
            for (int i = 0; i < 200; i++) {
                int at = random.nextInt(SIZE);
                int length = 1 + random.nextInt(i % 10 == 0 ? SIZE : 9000);
                ByteBuffer target = ByteBuffer.allocate(length);
                int wanted = Math.min(length, SIZE - at);
                assertEquals(wanted, reader.read(target, at));
                assertArrayEquals(
                        Arrays.copyOfRange(content, at, at + wanted),
                        Arrays.copyOf(target.array(), wanted));
            }
            assertEquals(0, reader.read(ByteBuffer.allocate(8), SIZE));
        }
    }

    @Test
    void whatIsInThePageCacheIsReadFromTheDisk() throws IOException {
        Path file = written();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                DirectReader reader = open(file)) {
            channel.force(false);
            long cached = bytesFromDisk(() -> channel.read(ByteBuffer.allocate(SIZE), 0));
            long direct = bytesFromDisk(() -> reader.read(ByteBuffer.allocate(SIZE), 0));
            // A class that is loaded meanwhile counts too.
            assertTrue(cached < SIZE, cached + " bytes came from the disk, not from the cache");
            assertTrue(direct >= SIZE, direct + " bytes came from the disk");
        }
    }

    private interface Reading {
        int read() throws IOException;
    }

    /** How many bytes this thread had fetched from a disk meanwhile, as the kernel counts them. */
    private static long bytesFromDisk(Reading reading) throws IOException {
        long before = readBytes();
        assertEquals(SIZE, reading.read());
        return readBytes() - before;
    }

    private static long readBytes() throws IOException {
        return Files.readAllLines(IO).stream()
                .filter(line -> line.startsWith("read_bytes: "))
                .mapToLong(line -> Long.parseLong(line.substring("read_bytes: ".length())))
                .sum();
    }
}
