/**
 * What servers say to each other: coordinators and mirrors, and servers that forward client I/O to
 * the holder of a lease. Pure values; net gives them bytes.
 */
@NullMarked
package io.ashlar.dataplane.message;

import org.jspecify.annotations.NullMarked;
