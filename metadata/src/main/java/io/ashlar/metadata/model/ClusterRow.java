package io.ashlar.metadata.model;

import io.ashlar.common.id.ClusterId;
import java.util.Optional;

/**
 * The one row of the table cluster.
 *
 * @param id empty until the group's first leader has formed the cluster
 * @param next the identifiers to give out next
 * @param settings an operator's
 */
public record ClusterRow(Optional<ClusterId> id, Counters next, ClusterSettings settings) {

    /** Before the cluster is formed. */
    public static final ClusterRow UNFORMED =
            new ClusterRow(Optional.empty(), Counters.FIRST, ClusterSettings.DEFAULT);

    /** With an id. */
    public ClusterRow withId(ClusterId cluster) {
        return new ClusterRow(Optional.of(cluster), next, settings);
    }

    /** With other counters. */
    public ClusterRow withNext(Counters counters) {
        return new ClusterRow(id, counters, settings);
    }

    /** With other settings. */
    public ClusterRow withSettings(ClusterSettings changed) {
        return new ClusterRow(id, next, changed);
    }
}
