package io.ashlar.dataplane.simulation;

/** What the nemesis does. */
enum Fault {
    CRASH,
    POWER_LOSS,
    RACK_OUTAGE,
    SHUT_DOWN,
    FREEZE,
    CUT_ONE_WAY,
    CUT_BOTH_WAYS,
    ISOLATE,
    SHIFTING_SIDES,
    BREAK_LINK,
    LINK_OVERTAKEN,
    METADATA_DOWN,
    METADATA_LOSSY,
    CUT_FROM_METADATA,
    HAND_OVER,
    CLIENT_RECONNECTS,
    DISK_STALLS,
    DISK_SLOW,
    DISK_FAILS,
    SYNC_FAILS,
    DISK_FULL,
    DEVICE_REPLACED,
    DRAIN,
    BIT_ROT,
    CLOCK_RATE,
    NETWORK_SLOW
}
