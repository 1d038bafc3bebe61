package io.ashlar.common.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes as people write it: {@code 512}, {@code 4KiB}, {@code 2GiB}, {@code 1.5TiB};
 * also {@code 10GB} (powers of ten) and the short {@code 2G} (powers of two, as qemu-img has it).
 *
 * @param bytes not negative
 */
public record ByteSize(long bytes) {

    private static final Pattern FORM =
            Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([KMGTPE]?)(I?B?)", Pattern.CASE_INSENSITIVE);
    private static final String UNITS = "KMGTPE";

    /** Checks the bound. */
    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("negative size: " + bytes);
        }
    }

    /**
     * Parses a size.
     *
     * @throws IllegalArgumentException naming the text, if it is no size, not a whole number of
     *     bytes, or above 8 EiB
     */
    public static ByteSize parse(String text) {
        Matcher m = FORM.matcher(text.strip());
        if (!m.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a size; write for example 512MiB, 2GiB or 1.5TiB");
        }
        String unit = m.group(2).toUpperCase(Locale.ROOT);
        boolean decimal = m.group(3).equalsIgnoreCase("B") && !unit.isEmpty();
        int power = unit.isEmpty() ? 0 : UNITS.indexOf(unit.charAt(0)) + 1;
        BigDecimal factor = BigDecimal.valueOf(decimal ? 1000 : 1024).pow(power);
        try {
            return new ByteSize(new BigDecimal(m.group(1)).multiply(factor).longValueExact());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a whole number of bytes below 8 EiB", e);
        }
    }

    /** The largest binary unit in which the number has at most two decimals, as {@code 1.5TiB}. */
    @Override
    public String toString() {
        int power = 0;
        while (power < UNITS.length() && bytes >>> (10 * (power + 1)) > 0) {
            power++;
        }
        if (power == 0) {
            return bytes + "B";
        }
        BigDecimal value =
                BigDecimal.valueOf(bytes)
                        .divide(BigDecimal.valueOf(1L << (10 * power)), 2, RoundingMode.HALF_UP)
                        .stripTrailingZeros();
        return value.toPlainString() + UNITS.charAt(power - 1) + "iB";
    }
}
