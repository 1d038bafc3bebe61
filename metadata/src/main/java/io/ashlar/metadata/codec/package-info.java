/**
 * Between the records of this module and their protobuf form, which is what the log, the tables and
 * the network hold. Bytes that old versions wrote decode for ever; a kind that only a later version
 * knows is refused, never skipped.
 */
@NullMarked
package io.ashlar.metadata.codec;

import org.jspecify.annotations.NullMarked;
