package io.ashlar.ops.attach;

import java.time.Duration;

/**
 * What the driver is told of a device.
 *
 * @param identity of what is attached; the driver takes a new connection only with the same
 * @param bytes the size
 * @param flags what the export can do, as the server said
 * @param requestLimit after which a request is sent again over another connection, and its own
 *     counts as dead; whole seconds, at least one
 * @param deadLimit for which requests are held back while there is no connection; then they fail
 */
record Terms(String identity, long bytes, int flags, Duration requestLimit, Duration deadLimit) {}
