package io.ashlar.metadata.model;

/** What a device can be used for. */
public enum DeviceState {
    /** Holds mirrors and takes new ones. */
    ONLINE,
    /** Returned errors: its mirrors are served from elsewhere and none is placed on it. */
    FAILED
}
