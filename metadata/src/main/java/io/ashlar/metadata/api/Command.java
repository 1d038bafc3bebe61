package io.ashlar.metadata.api;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.model.ClusterSettings;
import io.ashlar.metadata.model.Holder;
import io.ashlar.metadata.model.VolumePolicy;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What the metadata group can be asked to do. Each is checked and planned on the leader; what
 * follows from it is replicated as events. Every command may be sent again after an unknown
 * outcome: a repetition gets the first answer or a {@code CONFLICT}, never a second effect.
 */
public sealed interface Command {

    /**
     * Makes a volume of zeros.
     *
     * @param request drawn by the caller: the same request twice makes one volume
     * @param extentBytes 0 for the default (16 GiB)
     */
    record CreateVolume(
            UUID request, String name, long sizeBytes, long extentBytes, VolumePolicy policy)
            implements Command {}

    /**
     * Gives a volume more bytes, which read as zeros; it never shrinks. Its coordinator begins a
     * new epoch for them within a second or two, without an error at its clients; those that attach
     * after that see the new size.
     *
     * @param sizeBytes in all, a multiple of 512; at once answered if it is what the volume has
     */
    record GrowVolume(VolumeId volume, long sizeBytes) implements Command {}

    /**
     * Ends a volume; its mirrors are dropped by their servers.
     *
     * @param force also while a live coordinator holds its lease
     */
    record DeleteVolume(String name, boolean force) implements Command {}

    /**
     * Announces a process of a server, its addresses and devices; begins its session. Leases of the
     * server's earlier processes become free.
     */
    record RegisterServer(
            ServerId server,
            UUID identity,
            long nonce,
            String zone,
            HostPort peerAddress,
            HostPort nbdAddress,
            List<OfferedDevice> devices)
            implements Command {}

    /** A device as its server announces it. */
    record OfferedDevice(DeviceId id, String path, long capacityBytes) {}

    /** Records that a device failed or is well again. */
    record ReportDevice(ServerId server, DeviceId device, boolean failed) implements Command {}

    /**
     * Asks for the next epoch of a volume. Granted when it is free, released, held by an expired
     * server or by another process of the same server, or forced; the holder itself gets the grant
     * that it has. Else {@code HELD}.
     */
    record AcquireLease(VolumeId volume, Holder holder, boolean force) implements Command {}

    /** Gives a lease back, so that another server need not wait for the session to expire. */
    record ReleaseLease(VolumeId volume, Holder holder, long epoch) implements Command {}

    /** One or more in-sync set changes, of extents under leases that the caller holds. */
    record ChangeMembers(List<MemberChange> changes) implements Command {

        /** Copies the list. */
        public ChangeMembers {
            changes = List.copyOf(changes);
        }
    }

    /** A compare-and-set of one extent's in-sync set; fails alone, not with its batch. */
    sealed interface MemberChange {

        /** Which extent. */
        ExtentId extent();

        /** The lease under which it is proposed. */
        long epoch();

        /** The set version that it changes. */
        long setVersion();
    }

    /** The outcome of a takeover: the kept set and the epoch's first seq. */
    record Activate(
            ExtentId extent,
            long epoch,
            long setVersion,
            List<MirrorId> keep,
            long firstSeq,
            boolean lossy)
            implements MemberChange {}

    /** Takes a mirror that missed a write out of the set. */
    record RemoveMember(ExtentId extent, long epoch, long setVersion, MirrorId mirror)
            implements MemberChange {}

    /** Takes a mirror that has caught up into the set. */
    record AddMember(ExtentId extent, long epoch, long setVersion, MirrorId mirror)
            implements MemberChange {}

    /**
     * Clients have been told of the loss of unflushed writes (P5).
     *
     * @param losses how many lossy activations they know of; the set and its version stay
     */
    record RecordLossTold(ExtentId extent, long epoch, long setVersion, long losses)
            implements MemberChange {}

    /**
     * An operator's word that an extent goes on although the mirrors that hold its last writes do
     * not come back (P6). Refused while the extent could be served without it. Ends the volume's
     * lease: whoever waits for the abandoned mirrors has to acquire the next.
     *
     * @param setVersion of the in-sync set that the operator saw
     * @param mirror who is to go on; if it is in sync itself, so are the others that are alive
     * @param operator who decides, 1 to 64 characters
     * @param reason why, 1 to 256 characters
     * @param atMillis when by the operator's clock, in ms since 1970; for people only
     */
    record OverrideInSync(
            ExtentId extent,
            long setVersion,
            MirrorId mirror,
            String operator,
            String reason,
            long atMillis)
            implements Command {}

    /** The leader's own: a server's session ended. */
    record ExpireServer(ServerId server, long nonce) implements Command {}

    /** The leader's own: an expired server's process was heard again. */
    record ReturnServer(ServerId server, long nonce) implements Command {}

    /** The first leader's own: draws the id of the cluster, once. */
    record FormCluster(ClusterId cluster) implements Command {}

    /** Moves all mirrors of a server elsewhere, or lets them stay. */
    record DrainServer(ServerId server, boolean draining) implements Command {}

    /** Replaces the cluster's settings. */
    record Configure(ClusterSettings settings) implements Command {}

    /**
     * The leader's own: where an extent's mirrors are to be.
     *
     * @param planVersion of the row against which this was planned
     * @param mirrors those that stay or retire, in order; a new one comes last
     * @param retiring which of them are to go
     * @param addOn the device for a new one
     */
    record PlanMirrors(
            ExtentId extent,
            long planVersion,
            List<MirrorId> mirrors,
            List<MirrorId> retiring,
            Optional<DeviceId> addOn)
            implements Command {

        /** Copies the lists. */
        public PlanMirrors {
            mirrors = List.copyOf(mirrors);
            retiring = List.copyOf(retiring);
        }
    }
}
