package io.ashlar.common.block;

/** The block: the unit of addressing, checksums and sequence numbers inside Ashlar. */
public final class Blocks {

    /** Bytes in a block. */
    public static final int SIZE = 4096;

    /** log2 of {@link #SIZE}. */
    public static final int SHIFT = 12;

    /** Blocks in a page: the unit of the device store's map (1 MiB). */
    public static final int PER_PAGE = 256;

    private Blocks() {}

    /** How many blocks hold {@code bytes} bytes, rounded up. */
    public static long covering(long bytes) {
        return (bytes + SIZE - 1) >>> SHIFT;
    }
}
