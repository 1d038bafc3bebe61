package io.ashlar.dataplane.volume;

import java.util.List;

/** The volumes that a front end can offer. Thread-safe; replies arrive on any thread. */
public interface VolumeDirectory {

    /** All volumes, in order of their names. */
    void list(Reply<List<ExportInfo>> reply);

    /** Name and size of one; {@code NOT_FOUND} if there is none. */
    void find(String name, Reply<ExportInfo> reply);

    /**
     * Opens one: takes over its coordination if needed, and replies when it serves. Fails with
     * {@code NOT_FOUND}, or {@code HELD} or {@code UNAVAILABLE} with a message for the client.
     */
    void attach(String name, Reply<AttachedVolume> reply);
}
