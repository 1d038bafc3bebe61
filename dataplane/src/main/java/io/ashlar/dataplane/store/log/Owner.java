package io.ashlar.dataplane.store.log;

/**
 * Whose a record is. An id alone does not say it: a mirror may be dropped and its id made anew, and
 * of the two the log may remember what the table has not yet heard of.
 *
 * @param mirror the mirror's id
 * @param birth number that the next record had when the mirror was made
 */
record Owner(long mirror, long birth) {}
