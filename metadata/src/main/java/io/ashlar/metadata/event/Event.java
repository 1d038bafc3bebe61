package io.ashlar.metadata.event;

import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.model.ClusterSettings;
import io.ashlar.metadata.model.Counters;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.DeviceState;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.Holder;
import io.ashlar.metadata.model.Lease;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.OverrideRecord;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.VolumeRow;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A fact that follows from one command. One log entry holds one event. Where a precondition no
 * longer holds, the event changes nothing and the command is planned again.
 */
public sealed interface Event {

    /** The cluster has its id. Precondition: it had none. */
    record ClusterFormed(ClusterId cluster) implements Event {}

    /**
     * A process of a server announced itself; its session begins.
     *
     * @param previousNonce the server's row must have this nonce, or not exist where empty
     * @param server the new row; the identity must be that of the row before
     * @param devices all devices of the server, in their new state
     */
    record ServerRegistered(OptionalLong previousNonce, ServerRow server, List<DeviceRow> devices)
            implements Event {

        /** Copies the list. */
        public ServerRegistered {
            devices = List.copyOf(devices);
        }
    }

    /** A device failed or is well again. Precondition: it is that server's. */
    record DeviceReported(ServerId server, DeviceId device, DeviceState state) implements Event {}

    /** A session ended. Touches the server's row only (H3). Precondition: alive with that nonce. */
    record ServerExpired(ServerId server, long nonce) implements Event {}

    /** An expired process was heard again. Precondition: expired with that nonce. */
    record ServerReturned(ServerId server, long nonce) implements Event {}

    /**
     * A volume was made.
     *
     * @param request the caller's, must be new
     * @param expected the counters must stand so; the rows carry the ids that follow from it
     * @param volume its name must be free
     */
    record VolumeCreated(
            UUID request,
            Counters expected,
            VolumeRow volume,
            List<ExtentRow> extents,
            List<LocationRow> locations)
            implements Event {

        /** Copies the lists. */
        public VolumeCreated {
            extents = List.copyOf(extents);
            locations = List.copyOf(locations);
        }
    }

    /**
     * A volume grew: its last extent, and as many behind it as are new. In-sync sets stay as they
     * are, for the new bytes of every mirror are zeros.
     *
     * @param expectedBytes its size must be this
     * @param expected the counters must stand so; the new extents' ids follow from it
     */
    record VolumeGrown(
            VolumeId volume,
            long expectedBytes,
            long sizeBytes,
            Counters expected,
            List<ExtentRow> extents,
            List<LocationRow> locations)
            implements Event {

        /** Copies the lists. */
        public VolumeGrown {
            extents = List.copyOf(extents);
            locations = List.copyOf(locations);
        }
    }

    /**
     * A volume ended.
     *
     * @param expected its lease must stand so: a grant in between is seen
     */
    record VolumeDeleted(VolumeId volume, Lease expected) implements Event {}

    /**
     * A volume was granted to a coordinator in the epoch after {@code previousEpoch}.
     *
     * @param previousEpoch the lease's epoch must be this: no epoch is ever granted twice
     * @param holder must be the registered process of its server
     * @param basis must still hold
     */
    record LeaseGranted(VolumeId volume, long previousEpoch, Holder holder, LeaseBasis basis)
            implements Event {}

    /** A lease was given back. Precondition: that holder has it in that epoch. */
    record LeaseReleased(VolumeId volume, Holder holder, long epoch) implements Event {}

    /** In-sync sets changed; each change is compared and applied, or not, by itself. */
    record MembersChanged(List<MemberEvent> changes) implements Event {

        /** Copies the list. */
        public MembersChanged {
            changes = List.copyOf(changes);
        }
    }

    /**
     * An extent's mirrors changed: one is new, some are to go, some are gone. Never touches the
     * in-sync set or its version.
     *
     * @param planVersion the row's must be this; one more afterwards
     * @param mirrors all of them from now on; every in-sync one is among them
     * @param retiring those of them that are to be dropped once enough others are in sync
     * @param expected the counters must stand so, if a mirror is new; its id follows from them
     * @param added the new mirrors' locations
     */
    record MirrorsPlanned(
            ExtentId extent,
            long planVersion,
            List<MirrorId> mirrors,
            List<MirrorId> retiring,
            Counters expected,
            List<LocationRow> added)
            implements Event {

        /** Copies the lists. */
        public MirrorsPlanned {
            mirrors = List.copyOf(mirrors);
            retiring = List.copyOf(retiring);
            added = List.copyOf(added);
        }
    }

    /**
     * An operator let an extent go on with other mirrors than those in sync (P6, PROTOCOL
     * "Overridden"). The lease is free and one epoch on, so that nothing of the holder before is
     * applied any more.
     *
     * @param expected the volume's lease must stand so; the record's epoch is the next
     * @param made its set version must stand so, those kept be mirrors of the extent, and none of
     *     the abandoned be within reach
     */
    record Overridden(VolumeId volume, ExtentId extent, Lease expected, OverrideRecord made)
            implements Event {}

    /** A server's mirrors are to move elsewhere, or may stay. Precondition: it is registered. */
    record ServerDraining(ServerId server, boolean draining) implements Event {}

    /** An operator changed the settings. */
    record SettingsChanged(ClusterSettings settings) implements Event {}
}
