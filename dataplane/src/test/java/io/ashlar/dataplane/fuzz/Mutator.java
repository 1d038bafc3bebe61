package io.ashlar.dataplane.fuzz;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes inputs at random, in ways that formats with lengths and numbers are sensitive to. */
final class Mutator {

    private static final int MAX_BYTES = 8192;
    private static final int MOST_CHANGES = 5;
    private static final long[] NUMBERS = {
        0,
        1,
        2,
        3,
        7,
        8,
        9,
        16,
        255,
        256,
        4095,
        4096,
        4097,
        65535,
        65536,
        1 << 20,
        32 << 20,
        (32 << 20) + 1,
        Integer.MAX_VALUE,
        1L << 31,
        0xffffffffL,
        1L << 32,
        Long.MAX_VALUE,
        -1
    };

    private final Random random;

    Mutator(Random random) {
        this.random = random;
    }

    /** Another input, made of one and perhaps parts of others. */
    byte[] mutate(byte[] parent, List<byte[]> corpus) {
        byte[] input = parent.clone();
        for (int changes = 1 + random.nextInt(MOST_CHANGES); changes > 0; changes--) {
            input = change(input, corpus.get(random.nextInt(corpus.size())));
        }
        return input.length > MAX_BYTES ? Arrays.copyOf(input, MAX_BYTES) : input;
    }

    private byte[] change(byte[] input, byte[] other) {
        int from = random.nextInt(input.length + 1);
        int to = from + random.nextInt(Math.min(64, input.length - from) + 1);
        return switch (random.nextInt(8)) {
            case 0, 1 -> flip(input);
            case 2, 3 -> number(input);
            case 4 -> join(input, from, new byte[0], to);
            case 5 -> join(input, to, Arrays.copyOfRange(input, from, to), to);
            case 6 -> join(input, from, piece(other), random.nextBoolean() ? from : to);
            default -> join(input, from, piece(other), input.length);
        };
    }

    private byte[] flip(byte[] input) {
        if (input.length > 0) {
            int bits = random.nextBoolean() ? 1 << random.nextInt(8) : random.nextInt(256);
            input[random.nextInt(input.length)] ^= (byte) bits;
        }
        return input;
    }

    private byte[] number(byte[] input) {
        int bytes = 1 << random.nextInt(4);
        if (input.length < bytes) {
            return input;
        }
        ByteBuffer at = ByteBuffer.wrap(input, random.nextInt(input.length - bytes + 1), bytes);
        long number = NUMBERS[random.nextInt(NUMBERS.length)];
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            at.put((byte) (number >>> shift));
        }
        return input;
    }

    private byte[] piece(byte[] other) {
        int from = random.nextInt(other.length + 1);
        return Arrays.copyOfRange(other, from, from + random.nextInt(other.length - from + 1));
    }

    private static byte[] join(byte[] input, int headEnd, byte[] middle, int tailStart) {
        return ByteBuffer.allocate(headEnd + middle.length + input.length - tailStart)
                .put(input, 0, headEnd)
                .put(middle)
                .put(input, tailStart, input.length - tailStart)
                .array();
    }
}
