package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.BlockSet;
import io.ashlar.common.block.Blocks;
import java.nio.ByteBuffer;

/** A set of blocks on disk: 40 bytes a page, its index (u32), zero (u32), 256 bits. */
final class StaleBody {

    private static final int WORDS = Blocks.PER_PAGE / Long.SIZE;
    private static final int PAGE_BYTES = 8 + WORDS * Long.BYTES;

    private StaleBody() {}

    static byte[] encode(BlockSet blocks) {
        ByteWriter writer = new ByteWriter();
        blocks.forEachPage((mask, page) -> {
            writer.u32(page).u32(0);
            for (long word : mask) {
                writer.u64(word);
            }
        });
        return writer.toBytes();
    }

    static BlockSet decode(ByteBuffer from) {
        BlockSet blocks = new BlockSet();
        while (from.remaining() >= PAGE_BYTES) {
            int page = from.getInt();
            from.getInt();
            long[] mask = new long[WORDS];
            for (int i = 0; i < WORDS; i++) {
                mask[i] = from.getLong();
            }
            blocks.addPage(page, mask);
        }
        return blocks;
    }
}
