/**
 * The seam between mirrors and devices: one request type in, one answer type out, per device in
 * order.
 */
@NullMarked
package io.ashlar.dataplane.store;

import org.jspecify.annotations.NullMarked;
