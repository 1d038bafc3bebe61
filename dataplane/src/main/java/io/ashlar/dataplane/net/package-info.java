/**
 * The bytes between data-plane servers and the links that carry them (WIRE.md has the tables).
 *
 * <p>A server opens links to its peers ({@link io.ashlar.dataplane.net.PeerConnector}) and accepts
 * theirs ({@link io.ashlar.dataplane.net.PeerListener}). Requests flow from the side that
 * connected, replies from the side that accepted. A link is ordered and checked; it loses what was
 * under way when it breaks, and the state machines above it treat that as the end of their
 * sessions. All of a link's state is touched on its one event loop.
 */
@NullMarked
package io.ashlar.dataplane.net;

import org.jspecify.annotations.NullMarked;
