package io.ashlar.common.block;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C (Castagnoli, RFC 3720 appendix B.4), the one checksum of wire and disk. */
public final class Checksum {

    /** The checksum of a block of zeros. */
    public static final int ZERO_BLOCK = of(new byte[Blocks.SIZE], 0, Blocks.SIZE);

    private Checksum() {}

    /** Of one block that begins at {@code offset}. */
    public static int ofBlock(byte[] bytes, int offset) {
        return of(bytes, offset, Blocks.SIZE);
    }

    /** Of {@code length} bytes from {@code offset}. */
    public static int of(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /** Of the remaining bytes of {@code buffer}, whose position does not move. */
    public static int of(ByteBuffer buffer) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate());
        return (int) crc.getValue();
    }
}
