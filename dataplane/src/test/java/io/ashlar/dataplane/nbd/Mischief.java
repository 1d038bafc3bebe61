package io.ashlar.dataplane.nbd;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Conversations that begin well and then go wrong, drawn from a seed. */
final class Mischief {

    private static final List<Dialect> DIALECTS = List.of(Dialect.values());
    private static final int[] OPTIONS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, -1};
    private static final long[] OFFSETS = {0, 1, 4096, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1 << 20};
    private static final long[] LENGTHS = {0, 1, 4096, 65536, 1 << 20, 33 << 20, -1, 1L << 40};

    private final Random random;

    Mischief(long seed) {
        random = new Random(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    Dialect dialect() {
        return DIALECTS.get(below(DIALECTS.size()));
    }

    /** Client flags and options, some of them wrong, all of it perhaps garbled. */
    byte[] handshake() {
        ByteArrayOutputStream talk = new ByteArrayOutputStream();
        talk.writeBytes(ByteBuffer.allocate(4).putInt(oneIn(10) ? below(99) : 3).array());
        for (int left = below(6); left >= 0; left--) {
            talk.writeBytes(option());
        }
        return garbled(talk.toByteArray());
    }

    private byte[] option() {
        int code = OPTIONS[below(OPTIONS.length)];
        byte[] data =
                switch (below(4)) {
                    case 0 -> new byte[below(40)];
                    case 1 -> Dialogue.export(oneIn(3) ? "" : "vol", below(5), below(5));
                    case 2 -> Dialogue.contexts("vol", "base:allocation", "qemu:");
                    default -> noise(below(oneIn(20) ? 20_000 : 60));
                };
        return Dialogue.optionBytes(code, data);
    }

    /** Requests, some of them wrong, all of it perhaps garbled. */
    byte[] requests(Dialect dialect) {
        ByteArrayOutputStream talk = new ByteArrayOutputStream();
        for (int left = below(12); left >= 0; left--) {
            int type = oneIn(15) ? below(1 << 16) : below(8);
            int flags = oneIn(3) ? below(oneIn(4) ? 1 << 16 : 64) : 0;
            long offset = oneIn(3) ? OFFSETS[below(OFFSETS.length)] : below(1 << 20);
            long length = oneIn(3) ? LENGTHS[below(LENGTHS.length)] : below(10_000);
            talk.writeBytes(RawClient.header(dialect, flags, type, below(9), offset, length));
            if (type == 1 && length >= 0 && length < 1 << 20) {
                talk.writeBytes(noise((int) length));
            }
        }
        return garbled(talk.toByteArray());
    }

    boolean oneIn(int n) {
        return below(n) == 0;
    }

    private byte[] garbled(byte[] talk) {
        if (oneIn(2)) {
            for (int flips = below(4); flips > 0; flips--) {
                talk[below(talk.length)] ^= (byte) (1 << below(8));
            }
        }
        return oneIn(3) ? Arrays.copyOf(talk, below(talk.length + 1)) : talk;
    }

    private byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        random.nextBytes(noise);
        return noise;
    }
}
