/**
 * Whole clusters on one thread from one seed: the real coordinators, mirrors and metadata catalog
 * over a simulated network, simulated disks, drifting clocks and faults, with checkers that stand
 * outside the code (DESIGN section 6.1). The same seed always runs the same way.
 */
@NullMarked
package io.ashlar.dataplane.simulation;

import org.jspecify.annotations.NullMarked;
