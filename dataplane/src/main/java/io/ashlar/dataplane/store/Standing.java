package io.ashlar.dataplane.store;

/**
 * A mirror's durable words, replaced as a whole and on stable storage before they are acted on.
 *
 * @param accepted the highest epoch it has accepted; never decreases
 * @param suspect whether it may have lost unflushed data (P5)
 * @param maxTermNanos the longest promise it has ever granted
 * @param roster what it knows of the in-sync set
 */
public record Standing(long accepted, boolean suspect, long maxTermNanos, Roster roster) {

    /** Of a new mirror. */
    public static final Standing NEW = new Standing(0, false, 0, Roster.NONE);
}
