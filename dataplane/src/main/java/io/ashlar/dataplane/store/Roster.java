package io.ashlar.dataplane.store;

import io.ashlar.common.id.MirrorId;
import io.ashlar.metadata.model.EpochStart;
import java.util.List;

/**
 * What a mirror last heard of its extent's in-sync set.
 *
 * @param setVersion version of the set
 * @param inSync its members
 * @param history the extent's epoch history
 */
public record Roster(long setVersion, List<MirrorId> inSync, List<EpochStart> history) {

    /** Before the first activation. */
    public static final Roster NONE = new Roster(0, List.of(), List.of());

    /** Copies the lists. */
    public Roster {
        inSync = List.copyOf(inSync);
        history = List.copyOf(history);
    }
}
