/** Blocks, ranges of blocks and their checksummed payloads (promise P10 starts here). */
@NullMarked
package io.ashlar.common.block;

import org.jspecify.annotations.NullMarked;
