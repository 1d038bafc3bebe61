package io.ashlar.dataplane.store.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a device knows durably beside its log, replaced as a whole: how it was left, and its mirrors
 * with their labels and standings. It lies apart from the log so that damage there never makes a
 * standing go back, and so that a full device still takes one.
 *
 * @param bootId of the machine when the device was last opened; empty before
 * @param clean whether it was closed in order
 * @param syncFailed whether a write or sync failed since mirrors were last marked suspect
 * @param end if clean, the number after the last record
 * @param rows one a mirror
 */
record DeviceTable(
        String bootId, boolean clean, boolean syncFailed, long end, List<MirrorRow> rows) {

    static final String NAME = "table";
    static final int MAGIC = 0x54485341; // "ASHT"
    static final int VERSION = 1;

    static final DeviceTable EMPTY = new DeviceTable("", true, false, 1, List.of());

    DeviceTable {
        rows = List.copyOf(rows);
    }

    byte[] encode() {
        ByteWriter to = new ByteWriter();
        to.text(bootId).u8(clean ? 1 : 0).u8(syncFailed ? 1 : 0).u64(end).u32(rows.size());
        rows.forEach(row -> row.encode(to));
        return to.toBytes();
    }

    static DeviceTable decode(ByteBuffer from) {
        String bootId = ByteWriter.text(from);
        boolean clean = from.get() != 0;
        boolean syncFailed = from.get() != 0;
        long end = from.getLong();
        int count = from.getInt();
        List<MirrorRow> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(MirrorRow.decode(from));
        }
        return new DeviceTable(bootId, clean, syncFailed, end, rows);
    }
}
