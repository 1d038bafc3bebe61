/**
 * What a mirror's history is made of: changes in (epoch, seq) order, copies, resync starts. Pure
 * values shared by wire, disk and the state machines.
 */
@NullMarked
package io.ashlar.dataplane.journal;

import org.jspecify.annotations.NullMarked;
