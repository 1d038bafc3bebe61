package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.Blocks;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Which block of its mirror each block of a record's payload is. */
final class PayloadBlocks {

    private PayloadBlocks() {}

    /** In the order of the payload; nothing for records without blocks of the mirror. */
    static long[] of(LogRecord record) {
        return switch (record.type()) {
            case WRITE, REPAIR, TAIL -> run(record);
            case COPY, RELOCATE -> entries(record);
            case ZERO, RESYNC, MAP_PAGE -> new long[0];
        };
    }

    private static long[] run(LogRecord record) {
        long[] blocks = new long[record.body().length / Integer.BYTES];
        Arrays.setAll(blocks, i -> record.first() + i);
        return blocks;
    }

    private static long[] entries(LogRecord record) {
        ByteBuffer body = record.fields();
        long[] blocks = new long[record.blocks()];
        int n = 0;
        for (int i = 0; i < record.blocks(); i++) {
            BlockEntry entry = BlockEntry.read(body);
            if (entry.kind() == MapPage.DATA) {
                blocks[n++] = record.first() * Blocks.PER_PAGE + entry.index();
            }
        }
        return Arrays.copyOf(blocks, n);
    }
}
