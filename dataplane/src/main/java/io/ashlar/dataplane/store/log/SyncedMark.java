package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.Checksum;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Through which record the log was synced and how long it then was. Written after each sync and not
 * synced itself: what it says was true once, and a lost or torn mark only says less.
 *
 * @param through number of the last synced record; 0 if unknown
 * @param logBytes length of the log file then
 */
record SyncedMark(long through, long logBytes) {

    static final String NAME = "synced";
    static final SyncedMark UNKNOWN = new SyncedMark(0, 0);

    private static final int MAGIC = 0x4d485341; // "ASHM"
    private static final int VERSION = 1;
    private static final int BYTES = 32;

    void write(DeviceFile file) throws IOException {
        ByteBuffer mark = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        mark.putInt(MAGIC).putInt(VERSION).putLong(0).putLong(through).putLong(logBytes);
        mark.flip();
        mark.putInt(8, Checksum.of(mark));
        file.write(mark, 0);
    }

    static SyncedMark read(DeviceFile file) throws IOException {
        ByteBuffer mark = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (file.read(mark, 0) < BYTES) {
            return UNKNOWN;
        }
        mark.flip();
        int stored = mark.getInt(8);
        boolean whole =
                mark.getInt(0) == MAGIC
                        && mark.getInt(4) == VERSION
                        && Checksum.of(mark.putInt(8, 0)) == stored;
        return whole ? new SyncedMark(mark.getLong(16), mark.getLong(24)) : UNKNOWN;
    }
}
