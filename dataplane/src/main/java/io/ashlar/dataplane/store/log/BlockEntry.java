package io.ashlar.dataplane.store.log;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One block of a page in the body of a COPY or RELOCATE: 16 bytes.
 *
 * @param index within the page
 * @param kind as {@link MapPage} has it
 * @param checksum CRC32C of its bytes; 0 without bytes
 * @param seq of the change that it holds
 */
record BlockEntry(int index, byte kind, int checksum, long seq) {

    static final int BYTES = 16;

    static BlockEntry read(ByteBuffer from) {
        int index = from.get() & 0xff;
        byte kind = from.get();
        from.getShort();
        int checksum = from.getInt();
        return new BlockEntry(index, kind, checksum, from.getLong());
    }

    void write(ByteBuffer to) {
        to.put((byte) index).put(kind).putShort((short) 0).putInt(checksum).putLong(seq);
    }

    static int[] payloadChecksums(ByteBuffer body, int entries) {
        int[] checksums = new int[entries];
        int n = 0;
        for (int i = 0; i < entries; i++) {
            BlockEntry entry = read(body);
            if (entry.kind == MapPage.DATA) {
                checksums[n++] = entry.checksum;
            }
        }
        return Arrays.copyOf(checksums, n);
    }
}
