package io.ashlar.dataplane.store.log;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.store.DeviceStore;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import io.ashlar.dataplane.store.StoredMirror;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A device in a directory, made by {@link DeviceFormat}, as a {@link DeviceStore}. */
public final class LogStore implements DeviceStore {

    private final DeviceThread thread;

    private LogStore(DeviceThread thread) {
        this.thread = thread;
    }

    /** Opens the device in {@code directory} with {@link LogOptions#DEFAULT}. */
    public static LogStore open(Path directory, ClusterId cluster) {
        return open(directory, cluster, LogOptions.DEFAULT);
    }

    /**
     * Opens the device in {@code directory}, which is then held until {@link #close}, and recovers
     * what is on it.
     *
     * @throws StorageException NOT_FOUND if there is no device, IN_USE if it is open, WRONG_CLUSTER
     *     or WRONG_VERSION if it is not for us, CORRUPT if a file is missing, cut short or damaged
     *     beyond use, IO if the disk fails; the message says what was found and what to do, and
     *     nothing was changed
     */
    public static LogStore open(Path directory, ClusterId cluster, LogOptions options) {
        try {
            DirectoryFiles files = DirectoryFiles.hold(directory);
            try {
                return open(files, cluster, Surroundings.ofThisMachine(), options);
            } catch (IOException | RuntimeException e) {
                files.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StorageException(
                    ErrorCode.IO, "device " + directory + " cannot be opened: " + e, e);
        }
    }

    static LogStore open(
            DeviceFiles files, ClusterId cluster, Surroundings surroundings, LogOptions options)
            throws IOException {
        Recovery.Opened opened = Recovery.open(files, cluster, surroundings, options);
        DeviceThread thread = new DeviceThread(opened, surroundings, options);
        thread.start();
        return new LogStore(thread);
    }

    @Override
    public DeviceId device() {
        return thread.core().superblock().device();
    }

    @Override
    public long capacityBytes() {
        return thread.core().superblock().capacity();
    }

    @Override
    public long roomBytes() {
        return thread.core().roomBytes();
    }

    @Override
    public List<StoredMirror> recovered() {
        return thread.core().recovered();
    }

    /** Its mirrors as they are now; told on the device's thread, or never if it is closed. */
    public void mirrors(Consumer<List<StoredMirror>> reply) {
        thread.mirrors(reply);
    }

    /** Bytes that went to the log since the device was opened. */
    long logBytes() {
        return thread.core().logBytes();
    }

    /** Why the device failed, if it did: since then every request is refused with that. */
    public Optional<String> failure() {
        return thread.core().failure().map(StoreAnswer.Failed::message);
    }

    @Override
    public void submit(MirrorId mirror, StoreRequest request, Consumer<StoreAnswer> reply) {
        thread.submit(mirror, request, reply);
    }

    @Override
    public void close() {
        thread.close();
    }
}
