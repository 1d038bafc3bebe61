package io.ashlar.dataplane.store.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** An open file of a device. Positional; reads and syncs may run beside writes. */
interface DeviceFile extends ByteSource, AutoCloseable {

    /** Its length now, in bytes. */
    long size() throws IOException;

    /** Writes all that remains in {@code source}; the file grows if it must. */
    void write(ByteBuffer source, long at) throws IOException;

    /**
     * The same bytes as the disk holds them, past the page cache; this file itself where the file
     * system has no way to tell. For the thread that owns the device.
     */
    ByteSource onDisk();

    /**
     * What the page cache has of the first {@code length} bytes, which need not all be there yet;
     * empty where this system cannot tell. Closed with this file.
     */
    Optional<CachedBytes> cached(long length);

    /** Returns when every write that returned before the call is on stable storage. */
    void sync() throws IOException;

    @Override
    void close() throws IOException;
}
