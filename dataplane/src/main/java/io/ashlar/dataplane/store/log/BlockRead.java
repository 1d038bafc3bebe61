package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Checksum;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of some blocks of one mirror as its map had them at one moment. The segments that they lie
 * in stay pinned until the read is done.
 */
final class BlockRead {

    private final ByteSource log;
    private final long[] at;
    private final long[] seqs;
    private final int[] checksums;
    private byte @Nullable [] bytes;
    private final boolean[] bad;

    /** For {@code count} blocks, all zeros until told otherwise. */
    BlockRead(ByteSource log, int count) {
        this.log = log;
        this.at = new long[count];
        this.seqs = new long[count];
        this.checksums = new int[count];
        Arrays.fill(checksums, Checksum.ZERO_BLOCK);
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
        int n;
        for (int i = 0; i < at.length; i += n) {
            n = together(i);
            if (at[i] != 0) {
                read(i, n);
            }
        }
    }

    /** How many blocks from this one on lie together. */
    private int together(int first) {
        int n = 1;
        while (at[first] != 0
                && first + n < at.length
                && at[first + n] == at[first] + ((long) n << Blocks.SHIFT)) {
            n++;
        }
        return n;
    }

    /** Reads and verifies if the page cache has all of it, and asks nothing of the disk. */
    boolean runCached(CachedBytes cache) {
        int n;
        for (int i = 0; i < at.length; i += n) {
            n = together(i);
            if (at[i] != 0 && !cache.read(n << Blocks.SHIFT, at[i], sink(i, n))) {
                return false;
            }
        }
        return true;
    }

    /** The same, but has the disk fetch what is not there. */
    boolean fetch(CachedBytes cache) {
        boolean there = true;
        int n;
        for (int i = 0; i < at.length; i += n) {
            n = together(i);
            there &= at[i] == 0 || cache.fetch(n << Blocks.SHIFT, at[i], sink(i, n));
        }
        return there;
    }

    /**
     * Verifies before it copies, while the processor has the bytes at hand. All in one piece are
     * copied into an array that is made by copying, for that one is not first filled with zeros:
     * either costs a good part of such a read.
     */
    private CachedBytes.Sink sink(int first, int count) {
        return found -> {
            for (int i = 0; i < count; i++) {
                bad[first + i] = Checksum.ofBlock(found, i << Blocks.SHIFT) != checksums[first + i];
            }
            if (count == at.length) {
                bytes = Arrays.copyOf(found, count << Blocks.SHIFT);
            } else {
                System.arraycopy(found, 0, bytes(), first << Blocks.SHIFT, count << Blocks.SHIFT);
            }
        };
    }

    private void read(int first, int count) throws IOException {
        byte[] bytes = bytes();
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

    /** Whether the bytes of all blocks match. */
    boolean whole() {
        for (boolean one : bad) {
            if (one) {
                return false;
            }
        }
        return true;
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
        byte[] present = bytes;
        if (present == null) {
            present = new byte[at.length << Blocks.SHIFT];
            bytes = present;
        }
        return present;
    }

    int[] checksums() {
        return checksums;
    }
}
