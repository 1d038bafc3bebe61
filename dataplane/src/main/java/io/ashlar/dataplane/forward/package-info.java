/**
 * Any server serves any volume: client I/O that came to a server without the volume's lease goes on
 * to the one that has it, over the link between the two (PROTOCOL, "FORWARD").
 *
 * <p>A <em>session</em> is what one forwarding process has open at the holder of one volume. It
 * belongs to one link and one epoch and ends with either. Sessions of a process are numbered; the
 * next is opened only when nothing of the earlier ones can take effect any more, so a request that
 * is sent again in a newer session never overtakes its older self (H17). The forwarding side is
 * {@link io.ashlar.dataplane.forward.Forwarder}, the holder's {@link
 * io.ashlar.dataplane.forward.Reception}; both live on the volume's shard.
 */
@NullMarked
package io.ashlar.dataplane.forward;

import org.jspecify.annotations.NullMarked;
