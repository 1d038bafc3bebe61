package io.ashlar.dataplane.shard;

import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.message.Timing;

/**
 * What every part of a server knows of itself.
 *
 * @param cluster to which it belongs
 * @param server its name
 * @param nonce of this process
 * @param timing the protocol's times
 * @param copies how much it may copy to mirrors that are not in sync
 */
public record Local(
        ClusterId cluster, ServerId server, long nonce, Timing timing, CopyShare copies) {}
