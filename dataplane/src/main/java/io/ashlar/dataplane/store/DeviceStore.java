package io.ashlar.dataplane.store;

import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.MirrorId;
import java.util.List;
import java.util.function.Consumer;

/**
 * One device: the journals and maps of all mirrors on it.
 *
 * <p>Requests about one mirror take effect in the order of submission, whatever their kind: a read
 * sees every append before it, a sync covers them, a persist follows them. Answers come on threads
 * of the device, that to a read perhaps on the submitter's before {@link #submit} returns, in no
 * guaranteed order between mirrors, nor between reads and the rest; the receiver hands them to the
 * owner of the mirror. A {@code Sync} is one barrier for the whole device and is shared by all that
 * wait.
 */
public interface DeviceStore extends AutoCloseable {

    /** Its identity. */
    DeviceId device();

    /** What it may hold in all, in bytes. */
    long capacityBytes();

    /**
     * Bytes of blocks that mirrors may still be given before the device is full: what it takes less
     * a margin for what is on its way when that is read. As of now; from any thread.
     */
    long roomBytes();

    /** What recovery found, as it was when the device was opened. */
    List<StoredMirror> recovered();

    /** Asks; never blocks and never throws for an operating failure. */
    void submit(MirrorId mirror, StoreRequest request, Consumer<StoreAnswer> reply);

    /** Syncs, notes a clean stop, and lets the device go. Requests still under way are answered. */
    @Override
    void close();
}
