package io.ashlar.dataplane.journal;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.Payload;

/** What one write does to an extent. Always whole blocks. */
public sealed interface Change {

    /** Which blocks. */
    BlockRange range();

    /** New content. */
    record Data(BlockRange range, Payload payload) implements Change {

        /** Checks that range and payload agree. */
        public Data {
            if (range.count() != payload.blocks()) {
                throw new IllegalArgumentException(range + " with " + payload);
            }
        }
    }

    /**
     * Zeros, without their bytes. Both forms read as zeros; they differ in what block status says.
     *
     * @param trim whether the space is given back (a hole) or stays allocated
     */
    record Zero(BlockRange range, boolean trim) implements Change {}
}
