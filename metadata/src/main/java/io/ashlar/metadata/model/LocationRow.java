package io.ashlar.metadata.model;

import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;

/**
 * A row of the table locations ("Vol. 1 -> (Server x, Device x)").
 *
 * @param mirror the key: a logical identifier
 * @param extent what it is a copy of
 * @param server physical identifier, first half
 * @param device physical identifier, second half
 */
public record LocationRow(MirrorId mirror, ExtentId extent, ServerId server, DeviceId device) {}
