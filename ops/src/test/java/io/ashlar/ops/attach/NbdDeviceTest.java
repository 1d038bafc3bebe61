package io.ashlar.ops.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NbdDeviceTest {

    @Test
    void isNamedWithItsDirectoryOrWithout() {
        assertEquals(new NbdDevice(12), NbdDevice.parse("/dev/nbd12"));
        assertEquals(new NbdDevice(0), NbdDevice.parse("nbd0"));
        assertEquals("/dev/nbd3", new NbdDevice(3).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/dev/sda", "/dev/nbd", "/dev/nbd1p1", "nbd-1", "/dev/nbd123456"})
    void isNotAnythingElse(String text) {
        assertThrows(IllegalArgumentException.class, () -> NbdDevice.parse(text));
    }
}
