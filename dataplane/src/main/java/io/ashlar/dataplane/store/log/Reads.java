package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.BlockSet;
import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Payload;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.store.StoreAnswer;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

/** Reads of blocks: looked up on the device's thread, carried out beside it. */
final class Reads {

    private final Device device;
    private final LogTail tail;
    private final Errands errands;

    Reads(Device device, LogTail tail, Errands errands) {
        this.device = device;
        this.tail = tail;
        this.errands = errands;
    }

    void blocks(Mirror mirror, BlockRange range, Consumer<StoreAnswer> reply) throws IOException {
        BlockRead read = new BlockRead(device.legible, range.count());
        for (int i = 0; i < range.count(); i++) {
            long block = range.first() + i;
            read.add(i, mirror.map.pageOf(block), BlockMap.indexOf(block));
        }
        start(
                read,
                i -> range.first() + i,
                () -> new StoreAnswer.Blocks(new Payload(read.bytes(), read.checksums())),
                reply);
    }

    void image(Mirror mirror, int page, long[] mask, Consumer<StoreAnswer> reply)
            throws IOException {
        int[] indexes = BlockSet.indexes(mask);
        MapPage from = mirror.map.page(page);
        byte[] kinds = new byte[indexes.length];
        long[] seqs = new long[indexes.length];
        int[] withData = new int[indexes.length];
        int n = 0;
        for (int i = 0; i < indexes.length; i++) {
            byte kind = from.kind(indexes[i]);
            kinds[i] = kind == MapPage.LOST ? MapPage.DATA : kind;
            seqs[i] = from.seq(indexes[i]);
            if (kinds[i] == MapPage.DATA) {
                withData[n++] = indexes[i];
            }
        }
        int[] data = Arrays.copyOf(withData, n);
        BlockRead read = new BlockRead(device.legible, n);
        for (int i = 0; i < n; i++) {
            read.add(i, from, data[i]);
        }
        start(
                read,
                i -> (long) page * Blocks.PER_PAGE + data[(int) i],
                () ->
                        new StoreAnswer.Image(
                                new PageImage(
                                        page,
                                        indexes,
                                        seqs,
                                        kinds,
                                        new Payload(read.bytes(), read.checksums()))),
                reply);
    }

    /** A page of a mirror as the disk has it. */
    void verify(Mirror mirror, int page, Consumer<StoreAnswer> reply) throws IOException {
        tail.flush();
        Verification verification = new Verification(device, mirror, page, reply);
        if (verification.reads()) {
            errands.aside(verification);
        } else {
            verification.done();
        }
    }

    private void start(
            BlockRead read,
            LongUnaryOperator blockOf,
            Supplier<StoreAnswer> whole,
            Consumer<StoreAnswer> reply)
            throws IOException {
        boolean anywhere = false;
        boolean buffered = false;
        for (long at : read.locations()) {
            anywhere |= at != 0;
            buffered |= at != 0 && tail.buffered(at);
        }
        if (buffered) {
            tail.flush();
        }
        if (anywhere) {
            errands.read(new ReadErrand(read, blockOf, whole, reply));
        } else {
            reply.accept(answer(read, blockOf, whole));
        }
    }

    /** What {@code whole} says, or which blocks are bad. */
    static StoreAnswer answer(
            BlockRead read, LongUnaryOperator blockOf, Supplier<StoreAnswer> whole) {
        int[] bad = read.bad();
        if (bad.length == 0) {
            return whole.get();
        }
        return new StoreAnswer.Corrupt(
                Arrays.stream(bad).mapToLong(i -> blockOf.applyAsLong(i)).toArray(),
                Arrays.stream(bad).mapToLong(read::seq).toArray());
    }

    private final class ReadErrand implements Errand {

        private final BlockRead read;
        private final LongUnaryOperator blockOf;
        private final Supplier<StoreAnswer> whole;
        private final Consumer<StoreAnswer> reply;
        private boolean answered;

        ReadErrand(
                BlockRead read,
                LongUnaryOperator blockOf,
                Supplier<StoreAnswer> whole,
                Consumer<StoreAnswer> reply) {
            this.read = read;
            this.blockOf = blockOf;
            this.whole = whole;
            this.reply = reply;
            device.segments.pin(read.locations());
        }

        /** Answers from where it ran: there is no need to pass by the device's thread first. */
        @Override
        public void run() throws IOException {
            read.run();
            StoreAnswer answer = answer(read, blockOf, whole);
            answered = true;
            reply.accept(answer);
        }

        @Override
        public void done() {
            device.segments.unpin(read.locations());
        }

        @Override
        public void failed(StoreAnswer.Failed answer) {
            device.segments.unpin(read.locations());
            if (!answered) {
                reply.accept(answer);
            }
        }
    }
}
