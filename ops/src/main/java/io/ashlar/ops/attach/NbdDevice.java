package io.ashlar.ops.attach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A device of the kernel's NBD driver.
 *
 * @param index N of {@code /dev/nbdN}
 */
public record NbdDevice(int index) {

    private static final Pattern FORM = Pattern.compile("(?:/dev/)?nbd(\\d{1,5})");

    /**
     * Parses {@code /dev/nbdN} or {@code nbdN}.
     *
     * @throws IllegalArgumentException naming the text
     */
    public static NbdDevice parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not /dev/nbdN");
        }
        return new NbdDevice(Integer.parseInt(matcher.group(1)));
    }

    /** What was said to be attached here when it was; empty if nothing is. */
    Optional<String> identity() {
        try {
            return Optional.of(
                    Files.readString(Path.of("/sys/block/nbd" + index + "/backend")).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "/dev/nbd" + index;
    }
}
