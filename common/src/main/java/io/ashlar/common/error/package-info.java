/** The stable error codes that cross the wire, and the exception that carries one. */
@NullMarked
package io.ashlar.common.error;

import org.jspecify.annotations.NullMarked;
