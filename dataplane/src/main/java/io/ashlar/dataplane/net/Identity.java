package io.ashlar.dataplane.net;

import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.ServerId;

/**
 * Who speaks on a link.
 *
 * @param cluster links between clusters are refused
 * @param server which server
 * @param nonce drawn when its process started: another nonce, another process
 */
public record Identity(ClusterId cluster, ServerId server, long nonce) {}
