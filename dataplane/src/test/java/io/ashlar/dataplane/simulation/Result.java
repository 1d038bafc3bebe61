package io.ashlar.dataplane.simulation;

import io.ashlar.common.error.ErrorCode;

/** How an operation ended. */
sealed interface Result {

    /** A change or a flush is done. */
    record Done() implements Result {}

    /** What a read or survey saw: a stamp a unit, {@link #UNSEEN} where it says nothing. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Seen(long[] stamps) implements Result {}

    /** Refused or failed. */
    record Failed(ErrorCode code, String message) implements Result {}

    /** A unit of which nothing is known. */
    long UNSEEN = -1;
}
