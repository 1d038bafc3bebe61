package io.ashlar.dataplane.simulation;

import io.ashlar.common.block.Payload;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What clients write: units of half a block, each with the writer's stamp at its head and tail. A
 * unit is the register of the linearizability check; writes of an odd unit need a read-modify-write
 * of its block.
 */
final class Content {

    /** Bytes in a unit. */
    static final int UNIT = 2048;

    static final int UNITS_PER_BLOCK = 2;

    /** The stamp of zeros. */
    static final long ZERO = 0;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Content() {}

    static byte[] data(long stamp, int units) {
        byte[] bytes = new byte[units * UNIT];
        for (int unit = 0; unit < units; unit++) {
            LONGS.set(bytes, unit * UNIT, stamp);
            LONGS.set(bytes, (unit + 1) * UNIT - Long.BYTES, stamp);
        }
        return bytes;
    }

    /** The stamp of a unit; head and tail must agree. */
    static long stamp(byte[] bytes, int unit) {
        long head = (long) LONGS.get(bytes, unit * UNIT);
        long tail = (long) LONGS.get(bytes, (unit + 1) * UNIT - Long.BYTES);
        if (head != tail) {
            throw new Violation("P3 linearizable", "torn unit: " + head + " and " + tail);
        }
        return head;
    }

    static long stamp(Payload payload, int block, int unitOfBlock) {
        return stamp(payload.bytes(), block * UNITS_PER_BLOCK + unitOfBlock);
    }
}
