/**
 * The seam between front ends and coordinators: an attached volume with byte-granular, asynchronous
 * I/O.
 */
@NullMarked
package io.ashlar.dataplane.volume;

import org.jspecify.annotations.NullMarked;
