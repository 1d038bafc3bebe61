package io.ashlar.metadata.store;

/**
 * The log entry up to which the tables hold the log.
 *
 * @param term its term
 * @param index its index; -1 before the first
 */
public record Applied(long term, long index) {

    /** Nothing is applied. */
    public static final Applied NOTHING = new Applied(-1, -1);
}
