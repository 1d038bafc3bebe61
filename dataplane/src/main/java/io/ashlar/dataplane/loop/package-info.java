/**
 * What event loops run on. One choice for the whole daemon: the loops, and the sockets that live on
 * them, must be of the same kind.
 */
@NullMarked
package io.ashlar.dataplane.loop;

import org.jspecify.annotations.NullMarked;
