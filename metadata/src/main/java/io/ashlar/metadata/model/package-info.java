/** The rows of the mapping tables, as values. Pure: no I/O, no clock, no library. */
@NullMarked
package io.ashlar.metadata.model;

import org.jspecify.annotations.NullMarked;
