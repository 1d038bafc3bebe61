package io.ashlar.metadata.catalog;

import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.catalog.Outcome.Applied;
import io.ashlar.metadata.catalog.Outcome.Stale;
import io.ashlar.metadata.event.Event;

/**
 * Applies events to tables: compares the preconditions, writes the rows. The same on every peer and
 * in every version: no judgement, no clock, no randomness. Anything but an {@link Outcome} (a row
 * that must be there and is not) is a broken invariant, and the caller halts.
 */
public final class Applier {

    private Applier() {}

    /** Applies an event; after {@link Stale} the tables are as before. */
    public static Outcome apply(Tables tables, Event event) {
        return switch (event) {
            case Event.ClusterFormed e -> formed(tables, e);
            case Event.ServerRegistered e -> ServerChanges.registered(tables, e);
            case Event.DeviceReported e -> ServerChanges.reported(tables, e);
            case Event.ServerExpired e -> ServerChanges.expired(tables, e);
            case Event.ServerReturned e -> ServerChanges.returned(tables, e);
            case Event.VolumeCreated e -> VolumeChanges.created(tables, e);
            case Event.VolumeGrown e -> VolumeChanges.grown(tables, e);
            case Event.VolumeDeleted e -> VolumeChanges.deleted(tables, e);
            case Event.LeaseGranted e -> LeaseChanges.granted(tables, e);
            case Event.LeaseReleased e -> LeaseChanges.released(tables, e);
            case Event.MembersChanged e -> MemberChanges.changed(tables, e);
            case Event.MirrorsPlanned e -> MirrorChanges.planned(tables, e);
            case Event.Overridden e -> Overrides.overridden(tables, e);
            case Event.ServerDraining e -> ServerChanges.draining(tables, e);
            case Event.SettingsChanged e -> {
                tables.putCluster(tables.cluster().withSettings(e.settings()));
                yield new Applied(new Answer.Done());
            }
        };
    }

    private static Outcome formed(Tables tables, Event.ClusterFormed e) {
        if (tables.cluster().id().isPresent()) {
            return new Stale("the cluster is formed");
        }
        tables.putCluster(tables.cluster().withId(e.cluster()));
        return new Applied(new Answer.Done());
    }
}
