/**
 * The shells around the state machines: a shard is one event loop and everything that lives on it,
 * the mirrors on this server's devices and the volumes that this server coordinates. All state of a
 * volume is touched on its shard's loop only; disks and the metadata group answer by tasks on that
 * loop.
 */
@NullMarked
package io.ashlar.dataplane.shard;

import org.jspecify.annotations.NullMarked;
