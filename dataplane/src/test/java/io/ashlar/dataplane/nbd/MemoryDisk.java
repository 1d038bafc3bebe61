package io.ashlar.dataplane.nbd;

import io.ashlar.common.block.Blocks;
import io.ashlar.dataplane.volume.Allocation;
import io.ashlar.dataplane.volume.Allocation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The bytes of a volume in a test: sparse, in blocks; a block of no bytes is an allocated zero. */
final class MemoryDisk {

    private static final byte[] ZERO = {};

    private final Map<Long, byte[]> blocks = new HashMap<>();
    private volatile long sizeBytes;

    MemoryDisk(long sizeBytes) {
        this.sizeBytes = sizeBytes;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    void resize(long bytes) {
        sizeBytes = bytes;
    }

    synchronized byte[] read(long offset, int length) {
        byte[] result = new byte[length];
        for (int at = 0; at < length; ) {
            int within = (int) ((offset + at) & (Blocks.SIZE - 1));
            int count = Math.min(Blocks.SIZE - within, length - at);
            byte[] block = blocks.get((offset + at) >>> Blocks.SHIFT);
            if (block != null && block.length > 0) {
                System.arraycopy(block, within, result, at, count);
            }
            at += count;
        }
        return result;
    }

    synchronized void write(long offset, byte[] data) {
        for (int at = 0; at < data.length; ) {
            int within = (int) ((offset + at) & (Blocks.SIZE - 1));
            int count = Math.min(Blocks.SIZE - within, data.length - at);
            byte[] block = writable((offset + at) >>> Blocks.SHIFT);
            System.arraycopy(data, at, block, within, count);
            at += count;
        }
    }

    private byte[] writable(long number) {
        byte[] block = blocks.get(number);
        if (block == null || block.length == 0) {
            block = new byte[Blocks.SIZE];
            blocks.put(number, block);
        }
        return block;
    }

    synchronized void zero(long offset, long length, boolean trim) {
        long first = Blocks.covering(offset);
        long end = (offset + length) >>> Blocks.SHIFT;
        if (first >= end) {
            clear(offset, length);
            return;
        }
        clear(offset, (first << Blocks.SHIFT) - offset);
        clear(end << Blocks.SHIFT, offset + length - (end << Blocks.SHIFT));
        if (trim) {
            blocks.keySet().removeIf(block -> block >= first && block < end);
        } else {
            for (long block = first; block < end; block++) {
                blocks.put(block, ZERO);
            }
        }
    }

    private void clear(long offset, long length) {
        if (length > 0) {
            write(offset, new byte[(int) length]);
        }
    }

    synchronized List<Allocation> allocation(long offset, long length) {
        List<Allocation> runs = new ArrayList<>();
        long runStart = offset;
        for (long at = offset; at < offset + length; ) {
            long next = Math.min(offset + length, ((at >>> Blocks.SHIFT) + 1) << Blocks.SHIFT);
            if (next == offset + length || kind(at) != kind(next)) {
                runs.add(new Allocation(next - runStart, kind(at)));
                runStart = next;
            }
            at = next;
        }
        return runs;
    }

    private Kind kind(long offset) {
        byte[] block = blocks.get(offset >>> Blocks.SHIFT);
        return block == null ? Kind.HOLE : block.length == 0 ? Kind.ZERO : Kind.DATA;
    }
}
