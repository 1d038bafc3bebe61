/**
 * What the log carries: facts in the past tense, each with the preconditions under which it was
 * planned. Applying one compares them and writes rows, nothing else, so that two versions of the
 * software cannot diverge. Pure.
 */
@NullMarked
package io.ashlar.metadata.event;

import org.jspecify.annotations.NullMarked;
