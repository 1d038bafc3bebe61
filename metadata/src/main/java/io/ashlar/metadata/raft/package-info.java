/**
 * The metadata group: a Ratis state machine over the catalog and the store, the peer that runs it,
 * and the client that finds the leader. The only importer of Ratis; what it adds to the catalog is
 * a log, a leader and its clock.
 */
@NullMarked
package io.ashlar.metadata.raft;

import org.jspecify.annotations.NullMarked;
