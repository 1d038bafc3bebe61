package io.ashlar.ops.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

    @Test
    void readsWhatQemuImgSays() {
        assertEquals(Optional.of(0.125), ProgressLine.fraction("    (12.50/100%)"));
        assertEquals(Optional.of(1.0), ProgressLine.fraction("    (100.00/100%)"));
        assertEquals(Optional.empty(), ProgressLine.fraction("qemu-img: cannot open"));
    }

    @Test
    void saysHowFarHowFastAndHowLong() {
        assertEquals(
                "[###############...............]  50 % of 1GiB, 256 MiB/s, 2 s left",
                ProgressLine.of(0.5, 1 << 30, Duration.ofSeconds(2)));
        assertEquals(
                "[..............................]   0 % of 1GiB, 0 MiB/s, time left unknown",
                ProgressLine.of(0, 1 << 30, Duration.ZERO));
    }
}
