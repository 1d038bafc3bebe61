/**
 * Typed identifiers: one type per kind, so that a mirror's id can never be passed as a volume's.
 */
@NullMarked
package io.ashlar.common.id;

import org.jspecify.annotations.NullMarked;
