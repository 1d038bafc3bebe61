package io.ashlar.common.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class HostPortTest {

    @Test
    void printsWhatItReads() {
        for (String text : new String[] {"127.0.0.1:10809", "storage-1:0", "[::1]:7000"}) {
            assertEquals(text, HostPort.parse(text).toString());
        }
    }

    @Test
    void refusesWhatIsNoAddress() {
        for (String text : new String[] {"", "host", ":1", "host:", "host:x", "host:65536"}) {
            assertThrows(IllegalArgumentException.class, () -> HostPort.parse(text), text);
        }
    }
}
