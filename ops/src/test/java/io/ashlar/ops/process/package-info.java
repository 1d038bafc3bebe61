/**
 * Tests over real processes: a cluster started by {@code ops/local-cluster}, third-party NBD
 * clients, and kill -9. They wait for conditions with a deadline, never for a time.
 */
@NullMarked
package io.ashlar.ops.process;

import org.jspecify.annotations.NullMarked;
