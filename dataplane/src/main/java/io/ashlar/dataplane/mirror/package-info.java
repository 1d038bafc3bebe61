/**
 * The mirror's side of the protocol: sessions, epochs, promises. A state machine without I/O,
 * thread or clock: its shell calls it with what arrived and carries out what it asks of its {@code
 * MirrorPort}.
 */
@NullMarked
package io.ashlar.dataplane.mirror;

import org.jspecify.annotations.NullMarked;
