package io.ashlar.metadata.model;

/**
 * An entry of an extent's epoch history: the records of {@code epoch} begin at {@code firstSeq}.
 *
 * @param epoch at least 1
 * @param firstSeq at least 1
 */
public record EpochStart(long epoch, long firstSeq) {}
