package io.ashlar.dataplane.store.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Bytes that are read by their position. */
interface ByteSource {

    /** Fills {@code target} as far as there is anything; returns how many bytes were read. */
    int read(ByteBuffer target, long at) throws IOException;

    /**
     * The same without what the disk cannot read, which is as bad as bytes that do not match their
     * checksum and is mended the same way. A disk that is gone shows when it is written or synced.
     */
    default ByteSource legible() {
        return (target, at) -> {
            int from = target.position();
            try {
                read(target, at);
            } catch (IOException e) {
                // What was read before is good.
            }
            return target.position() - from;
        };
    }
}
