/**
 * The storage daemon put together: devices, shards, peer links, front end, and its standing with
 * the metadata group. Plain blocking code on virtual threads; nothing here is on the I/O path.
 */
@NullMarked
package io.ashlar.dataplane.server;

import org.jspecify.annotations.NullMarked;
