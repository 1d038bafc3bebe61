/**
 * The device store: one append-only, checksummed log a device, and the maps that say where in it
 * each block of each mirror is.
 *
 * <p>{@code DeviceCore} is the whole of it without threads: requests go in, bytes go to {@code
 * DeviceFiles}, answers come out, and what must be synced is handed over as {@code SyncWork}.
 * {@code LogStore} puts it on its threads. State changes on one path only ({@code Replay}), at run
 * time as in recovery: what is in memory is always what replaying the log yields. FORMAT.md, one
 * folder up, describes every byte.
 */
@NullMarked
package io.ashlar.dataplane.store.log;

import org.jspecify.annotations.NullMarked;
