package io.ashlar.dataplane.coordinator;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Payload;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.volume.Allocation;
import io.ashlar.dataplane.volume.Done;
import io.ashlar.dataplane.volume.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Byte granularity over whole blocks: a write of part of a block reads the block, changes it and
 * writes it, and no other change of that block comes between.
 */
public final class ByteAccess {

    /** A survey answers at most this much at once: 64 MiB. */
    private static final int SURVEY_BLOCKS = 64 * Blocks.PER_PAGE;

    private final VolumeCoordinator volume;
    private final BlockLocks locks = new BlockLocks();

    /** Over a volume; the only way in which that volume is changed. */
    public ByteAccess(VolumeCoordinator volume) {
        this.volume = volume;
    }

    /** Reads {@code length} bytes, at least 1. */
    public void read(long offset, int length, Reply<byte[]> reply) {
        long first = offset >>> Blocks.SHIFT;
        int count = (int) (Blocks.covering(offset + length) - first);
        volume.read(
                first,
                count,
                new Reply<>() {
                    @Override
                    public void done(Payload got) {
                        int from = (int) (offset - (first << Blocks.SHIFT));
                        boolean whole = from == 0 && length == got.bytes().length;
                        reply.done(
                                whole
                                        ? got.bytes()
                                        : Arrays.copyOfRange(got.bytes(), from, from + length));
                    }

                    @Override
                    public void failed(ErrorCode code, String message) {
                        reply.failed(code, message);
                    }
                });
    }

    /** Writes bytes, at least 1; the array is given away. */
    public void write(long offset, byte[] data, boolean fua, Reply<Done> reply) {
        long first = offset >>> Blocks.SHIFT;
        long end = Blocks.covering(offset + data.length);
        locks.pass(first, end, () -> writeNow(first, end, offset, data, fua, reply));
    }

    private void writeNow(
            long first, long end, long offset, byte[] data, boolean fua, Reply<Done> reply) {
        List<Long> partial = new ArrayList<>(2);
        if ((offset & (Blocks.SIZE - 1)) != 0) {
            partial.add(first);
        }
        boolean ragged = ((offset + data.length) & (Blocks.SIZE - 1)) != 0;
        if (ragged && !partial.contains(end - 1)) {
            partial.add(end - 1);
        }
        if (partial.isEmpty()) {
            volume.write(first, Payload.of(data), fua, reply);
            return;
        }
        byte[] merged = new byte[(int) (end - first) << Blocks.SHIFT];
        // The whole blocks too: another read-modify-write must not read them before they change.
        BlockLocks.Held held = locks.hold(first, end);
        Together<Done> read =
                new Together<>(
                        partial.size(),
                        Done.DONE,
                        new Reply<>() {
                            @Override
                            public void done(Done done) {
                                int at = (int) (offset - (first << Blocks.SHIFT));
                                System.arraycopy(data, 0, merged, at, data.length);
                                volume.write(first, Payload.of(merged), fua, reply);
                                locks.release(held); // its place in the order is fixed
                            }

                            @Override
                            public void failed(ErrorCode code, String message) {
                                locks.release(held);
                                reply.failed(code, message);
                            }
                        });
        for (long block : partial) {
            int at = (int) (block - first) << Blocks.SHIFT;
            volume.read(block, 1, copyInto(merged, at, read));
        }
    }

    private static Reply<Payload> copyInto(byte[] merged, int at, Together<Done> read) {
        return new Reply<>() {
            @Override
            public void done(Payload got) {
                System.arraycopy(got.bytes(), 0, merged, at, Blocks.SIZE);
                read.done();
            }

            @Override
            public void failed(ErrorCode code, String message) {
                read.failed(code, message);
            }
        };
    }

    /** Zeros bytes: whole blocks as a record without bytes, ragged ends as writes. */
    public void zero(long offset, long length, boolean trim, boolean fua, Reply<Done> reply) {
        long first = Blocks.covering(offset);
        long end = (offset + length) >>> Blocks.SHIFT;
        if (end <= first) {
            write(offset, new byte[(int) length], fua, reply); // within two blocks at most
            return;
        }
        int head = (int) ((first << Blocks.SHIFT) - offset);
        int tail = (int) (offset + length - (end << Blocks.SHIFT));
        Together<Done> all =
                new Together<>(1 + (head > 0 ? 1 : 0) + (tail > 0 ? 1 : 0), Done.DONE, reply);
        if (head > 0) {
            write(offset, new byte[head], fua, all.part());
        }
        Reply<Done> middle = all.part();
        locks.pass(first, end, () -> volume.zero(first, end - first, trim, fua, middle));
        if (tail > 0) {
            write(end << Blocks.SHIFT, new byte[tail], fua, all.part());
        }
    }

    /** Makes every acknowledged write durable. */
    public void flush(Connection connection, Reply<Done> reply) {
        volume.flush(connection, reply);
    }

    /** Which runs of a range hold data, from its start, perhaps not to its end. */
    public void allocation(long offset, long length, Reply<List<Allocation>> reply) {
        long first = offset >>> Blocks.SHIFT;
        int count = (int) Math.min(SURVEY_BLOCKS, Blocks.covering(offset + length) - first);
        volume.survey(
                first,
                count,
                new Reply<>() {
                    @Override
                    public void done(byte[] kinds) {
                        reply.done(runs(kinds, offset - (first << Blocks.SHIFT), length));
                    }

                    @Override
                    public void failed(ErrorCode code, String message) {
                        reply.failed(code, message);
                    }
                });
    }

    private static List<Allocation> runs(byte[] kinds, long skip, long length) {
        List<Allocation> runs = new ArrayList<>();
        long left = length;
        int i = 0;
        while (i < kinds.length && left > 0) {
            int j = i;
            while (j < kinds.length && kinds[j] == kinds[i]) {
                j++;
            }
            long bytes = ((long) (j - i) << Blocks.SHIFT) - (i == 0 ? skip : 0);
            runs.add(new Allocation(Math.min(bytes, left), kind(kinds[i])));
            left -= bytes;
            i = j;
        }
        return runs;
    }

    private static Allocation.Kind kind(byte kind) {
        return switch (kind) {
            case PageImage.DATA -> Allocation.Kind.DATA;
            case PageImage.ZERO -> Allocation.Kind.ZERO;
            default -> Allocation.Kind.HOLE;
        };
    }
}
