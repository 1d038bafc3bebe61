/**
 * What a returning mirror lacks, and in which order it is copied (promise P7). Pure arithmetic on
 * histories and sets of blocks.
 */
@NullMarked
package io.ashlar.dataplane.resync;

import org.jspecify.annotations.NullMarked;
