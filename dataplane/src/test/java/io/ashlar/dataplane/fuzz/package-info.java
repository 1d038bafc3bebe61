/**
 * A fuzzer guided by where it led the state machines that read what strangers send: {@code
 * ops/fuzz} runs it for as long as wanted, {@code FuzzTest} for a little while from what earlier
 * runs found.
 */
@NullMarked
package io.ashlar.dataplane.fuzz;

import org.jspecify.annotations.NullMarked;
