package io.ashlar.dataplane.server;

import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;

/** What the scrubs of all devices did. */
final class ScrubMetrics {

    final Meter bytes;
    final Meter badBlocks;
    final Meter rounds;

    ScrubMetrics(MetricRegistry registry) {
        bytes = registry.meter("scrub.bytes");
        badBlocks = registry.meter("scrub.blocks.bad");
        rounds = registry.meter("scrub.rounds");
    }
}
