package io.ashlar.dataplane.simulation;

/**
 * An operation on one unit.
 *
 * @param change or a read
 * @param stamp written or seen
 * @param from tick of the request
 * @param to tick of the answer, {@link History#OPEN} without one
 * @param certain whether it has had its effect by then
 */
record UnitOp(boolean change, long stamp, long from, long to, boolean certain) {}
