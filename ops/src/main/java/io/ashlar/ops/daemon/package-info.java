/**
 * The composition root: parts of the cluster put together in one process, announced when they
 * serve, and closed in order when the process is told to end.
 */
@NullMarked
package io.ashlar.ops.daemon;

import org.jspecify.annotations.NullMarked;
