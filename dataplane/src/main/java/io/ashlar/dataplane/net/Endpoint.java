package io.ashlar.dataplane.net;

/**
 * What all links of a process share.
 *
 * @param self who speaks here
 * @param config the limits
 * @param metrics what is counted
 */
public record Endpoint(Identity self, LinkConfig config, LinkMetrics metrics) {}
