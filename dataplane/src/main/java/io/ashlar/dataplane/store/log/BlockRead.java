package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Checksum;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Bytes of some blocks of one mirror as its map had them at one moment. The segments that they lie
 * in stay pinned until the read is done.
 */
final class BlockRead {

    private final ByteSource log;
    private final long[] at;
    private final long[] seqs;
    private final int[] checksums;
    private final byte[] bytes;
    private final boolean[] bad;

    /** For {@code count} blocks, all zeros until told otherwise. */
    BlockRead(ByteSource log, int count) {
        this.log = log;
        this.at = new long[count];
        this.seqs = new long[count];
        this.checksums = new int[count];
        Arrays.fill(checksums, Checksum.ZERO_BLOCK);
        this.bytes = new byte[count << Blocks.SHIFT];
        this.bad = new boolean[count];
    }

    /** Block {@code i} is what {@code page} says at {@code index}. */
    void add(int i, MapPage page, int index) {
        seqs[i] = page.seq(index);
        byte kind = page.kind(index);
        bad[i] = kind == MapPage.LOST;
        if (kind == MapPage.DATA) {
            at[i] = page.at(index);
            checksums[i] = page.checksum(index);
        }
    }

    /** Locations in the log, 0 for a block without bytes. */
    long[] locations() {
        return at;
    }

    /** How many bytes those with a location have. */
    long dataBytes() {
        return Arrays.stream(at).filter(place -> place != 0).count() << Blocks.SHIFT;
    }

    /** Reads, as few times as the blocks lie together, and verifies. */
    void run() throws IOException {
        int i = 0;
        while (i < at.length) {
            int n = 1;
            while (at[i] != 0
                    && i + n < at.length
                    && at[i + n] == at[i] + ((long) n << Blocks.SHIFT)) {
                n++;
            }
            if (at[i] != 0) {
                read(i, n);
            }
            i += n;
        }
    }

    private void read(int first, int count) throws IOException {
        int i = first;
        int end = first + count;
        while (i < end) {
            int from = i << Blocks.SHIFT;
            int n = log.read(ByteBuffer.wrap(bytes, from, (end << Blocks.SHIFT) - from), at[i]);
            for (int whole = n >>> Blocks.SHIFT; whole > 0; whole--, i++) {
                bad[i] = Checksum.ofBlock(bytes, i << Blocks.SHIFT) != checksums[i];
            }
            if (i < end) {
                bad[i++] = true; // what lies behind one that cannot be read may be good
            }
        }
    }

    /** The indexes of the blocks whose bytes do not match. */
    int[] bad() {
        int[] found = new int[bad.length];
        int n = 0;
        for (int i = 0; i < bad.length; i++) {
            if (bad[i]) {
                found[n++] = i;
            }
        }
        return Arrays.copyOf(found, n);
    }

    long seq(int i) {
        return seqs[i];
    }

    byte[] bytes() {
        return bytes;
    }

    int[] checksums() {
        return checksums;
    }
}
