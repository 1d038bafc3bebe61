package io.ashlar.dataplane.store.log;

/**
 * Who runs the device's errands. Each ends with {@link DeviceCore#end} or {@link
 * DeviceCore#endWith} on the device's thread: at once, or later.
 */
interface Errands {

    /** Runs a read; reads may run in any order. */
    void read(Errand errand);

    /** Runs what may take long, and for which nobody waits. */
    void aside(Errand errand);

    /** Runs a sync; there is never more than one. */
    void sync(Errand errand);
}
