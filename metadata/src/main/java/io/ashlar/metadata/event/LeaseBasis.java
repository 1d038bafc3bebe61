package io.ashlar.metadata.event;

/** Why a lease could be granted; compared again when the grant is applied. */
public enum LeaseBasis {
    /** Never granted, or released. */
    FREE,
    /** The session of the holder's server has expired. */
    EXPIRED,
    /** The holder's server has registered a later process. */
    REPLACED,
    /** An operator said so: nothing is compared but the epoch. */
    FORCED
}
