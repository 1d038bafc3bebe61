package io.ashlar.metadata.model;

import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.ServerId;

/**
 * A row of the table devices.
 *
 * @param id the key
 * @param server where it is
 * @param path the directory on that server, for people
 * @param capacityBytes what it may hold in all
 * @param state what it can be used for
 */
public record DeviceRow(
        DeviceId id, ServerId server, String path, long capacityBytes, DeviceState state) {

    /** The same device in another state. */
    public DeviceRow withState(DeviceState next) {
        return new DeviceRow(id, server, path, capacityBytes, next);
    }
}
