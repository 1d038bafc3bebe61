package io.ashlar.common.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class ByteSizeTest {

    @Test
    void readsWhatPeopleWrite() {
        assertEquals(512, ByteSize.parse("512").bytes());
        assertEquals(4096, ByteSize.parse("4KiB").bytes());
        assertEquals(2L << 30, ByteSize.parse("2GiB").bytes());
        assertEquals(2L << 30, ByteSize.parse("2g").bytes());
        assertEquals(10_000_000_000L, ByteSize.parse("10GB").bytes());
        assertEquals(3L << 39, ByteSize.parse("1.5 TiB").bytes());
    }

    @Test
    void refusesWhatIsNoSizeAndSaysSo() {
        for (String text : new String[] {"", "x", "-1", "1.5", "12QiB", "9EiB", "4 KiB x"}) {
            String message =
                    assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text), text)
                            .getMessage();
            assertTrue(String.valueOf(message).contains("'" + text + "'"), message);
        }
    }

    @Test
    void printsWhatItReads() {
        for (String text : new String[] {"512B", "4KiB", "1.5TiB", "2GiB", "7EiB"}) {
            assertEquals(text, ByteSize.parse(text).toString());
        }
    }
}
