package io.ashlar.common.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PayloadTest {

    @Test
    void checksumIsCastagnolis() {
        byte[] check = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertEquals(0xE3069283, Checksum.of(check, 0, check.length));
    }

    @Test
    void findsTheBlockOfAnyFlippedBit() {
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[3 * Blocks.SIZE];
            random.nextBytes(bytes);
            Payload payload = Payload.of(bytes);
            assertEquals(-1, payload.firstCorrupt());
            int at = random.nextInt(bytes.length);
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            assertEquals(at / Blocks.SIZE, payload.firstCorrupt());
        }
    }

    @Test
    void sliceKeepsBytesAndChecksumsTogether() {
        byte[] bytes = new byte[4 * Blocks.SIZE];
        new Random(2).nextBytes(bytes);
        Payload slice = Payload.of(bytes).slice(1, 2);
        assertEquals(2, slice.blocks());
        assertEquals(-1, slice.firstCorrupt());
        assertEquals(bytes[Blocks.SIZE], slice.bytes()[0]);
    }

    @Test
    void zerosHaveTheChecksumsOfZeros() {
        assertEquals(Payload.of(new byte[2 * Blocks.SIZE]), Payload.zeros(2));
    }

    @Test
    void refusesRaggedBytes() {
        assertThrows(IllegalArgumentException.class, () -> new Payload(new byte[100], new int[0]));
    }
}
