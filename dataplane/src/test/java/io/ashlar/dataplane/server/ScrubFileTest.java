package io.ashlar.dataplane.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.dataplane.server.ScrubFile.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The line that says how far a scrub has come, as it was first written and for ever. */
class ScrubFileTest {

    private static final String GOLDEN =
            "ashlar scrub 1: mirror 12 page 34 bytes 5678 bad 9 started 1700000000000 ended"
                    + " 1600000000000\n";
    private static final Progress PLACE =
            new Progress(12, 34, 5678, 9, 1_700_000_000_000L, 1_600_000_000_000L);
    private static final long NOW = 1_650_000_000_000L;
    private static final Progress FIRST_ROUND = Progress.begin(NOW, 0);

    @TempDir private Path device;

    @Test
    void theLineStaysAsItWas() throws IOException {
        ScrubFile file = new ScrubFile(device);
        file.write(PLACE);
        assertEquals(GOLDEN, Files.readString(device.resolve("scrub")));
        assertEquals(PLACE, file.read(NOW));
    }

    @Test
    void withoutItARoundBegins() {
        assertEquals(FIRST_ROUND, new ScrubFile(device).read(NOW));
    }

    /** It is a hint: a wrong one costs a part of a round, and never keeps the next one away. */
    @Test
    void aFlippedBitNeverStopsTheScrub() throws IOException {
        ScrubFile file = new ScrubFile(device);
        byte[] line = GOLDEN.getBytes(StandardCharsets.US_ASCII);
        int refused = 0;
        for (int bit = 0; bit < line.length * 8; bit++) {
            byte[] damaged = line.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(device.resolve("scrub"), damaged);
            Progress read = file.read(NOW);
            assertTrue(read.ended() <= NOW, "bit " + bit + ": " + read);
            refused += read.equals(FIRST_ROUND) ? 1 : 0;
        }
        assertTrue(refused > line.length * 5, refused + " lines were refused");
    }
}
