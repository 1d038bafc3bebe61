package io.ashlar.dataplane.store.log;

import java.io.IOException;
import java.util.Optional;

/**
 * The files of one device: every byte that the store puts on a disk passes here, so that a test can
 * stop the world after any operation and lose what was not synced.
 */
interface DeviceFiles extends AutoCloseable {

    /** Whether there is such a file. */
    boolean exists(String name) throws IOException;

    /** Opens a file if it is there. */
    Optional<DeviceFile> open(String name) throws IOException;

    /** Makes a file, or makes it empty; durable after {@link #syncNames}. */
    DeviceFile create(String name) throws IOException;

    /** Returns when the names of all files made before are on stable storage. */
    void syncNames() throws IOException;

    /** Where the device is, for messages. */
    String place();

    /** Closes what is still open and lets the device go; another may open it. */
    @Override
    void close() throws IOException;
}
