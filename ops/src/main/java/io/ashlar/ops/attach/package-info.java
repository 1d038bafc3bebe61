/**
 * Volumes as disks of the Linux kernel's NBD driver. The handshake with a server is ours; then the
 * socket is given to the driver over generic netlink. When a connection dies, the driver holds its
 * requests back and tells us, and we give it another, to the next server.
 *
 * <p>{@link io.ashlar.ops.attach.Attachment} is the shell, {@link io.ashlar.ops.attach.LinkKeeper}
 * decides; below them are {@link io.ashlar.ops.attach.NbdDriver} (netlink) and {@link
 * io.ashlar.ops.attach.ServerLink} (the handshake). The Java library has no door to netlink, nor to
 * the descriptor of a socket: {@link io.ashlar.ops.attach.Libc} calls the C library.
 */
@NullMarked
package io.ashlar.ops.attach;

import org.jspecify.annotations.NullMarked;
