/** Sizes and addresses as people write them: parsed strictly, printed the same way. */
@NullMarked
package io.ashlar.common.config;

import org.jspecify.annotations.NullMarked;
