/**
 * The NBD server: what clients (qemu, libnbd, the Linux kernel) speak to attach a volume.
 *
 * <p>Follows the protocol document of the NBD project (doc/proto.md, fixed newstyle, and its
 * extended-headers extension) to the letter; {@code README.md} beside this file says what was
 * chosen where the document leaves a choice. {@link io.ashlar.dataplane.nbd.Handshake} and {@link
 * io.ashlar.dataplane.nbd.Transmission} decide, the two channel handlers connect them to sockets.
 */
@NullMarked
package io.ashlar.dataplane.nbd;

import org.jspecify.annotations.NullMarked;
