package io.ashlar.dataplane.store.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Tells who looks at maps from another thread whether they changed meanwhile. The device's thread
 * makes it odd, changes something, and makes it even again, which costs it two plain stores. Who
 * looked between two equal even values saw maps that nobody was changing.
 */
final class MapStamp {

    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(MapStamp.class, "value", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long value;

    /** Before a change; on the device's thread, as all changes. */
    void begin() {
        VALUE.setOpaque(this, (long) VALUE.get(this) + 1);
        VarHandle.storeStoreFence();
    }

    /** After a change. */
    void end() {
        VALUE.setRelease(this, (long) VALUE.get(this) + 1);
    }

    /** Begins to look; from any thread. */
    long look() {
        return (long) VALUE.getAcquire(this);
    }

    /** Whether all that was seen since {@link #look} returned this belongs together. */
    boolean holds(long seen) {
        VarHandle.loadLoadFence();
        return (seen & 1) == 0 && (long) VALUE.getOpaque(this) == seen;
    }
}
