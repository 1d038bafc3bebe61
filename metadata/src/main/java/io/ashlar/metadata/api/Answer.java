package io.ashlar.metadata.api;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.model.ClusterSettings;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.Usage;
import io.ashlar.metadata.model.VolumeRow;
import io.ashlar.metadata.model.VolumeView;
import java.time.Duration;
import java.util.List;

/** What the metadata group answers to a {@link Command} or a {@link Query}. */
public sealed interface Answer {

    /** Done, nothing to say. */
    record Done() implements Answer {}

    /**
     * Refused, for a reason that a person can act on.
     *
     * @param message names the thing and the remedy
     */
    record Rejected(ErrorCode code, String message) implements Answer {}

    /** The server is registered. */
    record Registered(ClusterId cluster) implements Answer {}

    /** The volume was made, or shown. */
    record Volume(VolumeView view) implements Answer {}

    /**
     * The lease is the caller's.
     *
     * @param view the volume's rows, frozen for all but the holder of {@code epoch}
     */
    record LeaseGranted(long epoch, VolumeView view) implements Answer {}

    /** One result a change, in order. */
    record MembersChanged(List<MemberResult> results) implements Answer {}

    /**
     * What became of one {@link Command.MemberChange}.
     *
     * @param applied whether the preconditions held
     * @param leaseEpoch of the volume now, 0 if the volume is gone
     * @param row the extent's row now (after the change, or as it stood against it); for a volume
     *     that is gone, the change's extent has no row and the list is empty
     */
    record MemberResult(boolean applied, long leaseEpoch, List<ExtentRow> row) {}

    /** Living volumes in order of their names. */
    record Volumes(List<VolumeRow> volumes) implements Answer {}

    /**
     * Servers in order of their names, with their devices.
     *
     * @param usage of each device, in the same order
     */
    record Servers(List<ServerRow> servers, List<DeviceRow> devices, List<Usage> usage)
            implements Answer {}

    /**
     * The heartbeat was counted.
     *
     * @param registered false if the server or this process of it is unknown: register again
     * @param sessionTerm how long the session lasts without another heartbeat
     * @param handovers what the server is to hand over
     * @param copyBytesPerSecond this server's share of the cluster's copy budget; 0 for no limit
     */
    record Heard(
            boolean registered,
            Duration sessionTerm,
            List<Handover> handovers,
            long copyBytesPerSecond)
            implements Answer {

        /** Copies the list. */
        public Heard {
            handovers = List.copyOf(handovers);
        }

        /** The same with something to hand over. */
        public Heard with(List<Handover> wanted) {
            return new Heard(registered, sessionTerm, wanted, copyBytesPerSecond);
        }
    }

    /**
     * A volume is to be handed over.
     *
     * @param epoch under which it is held now
     * @param from its holder
     * @param to who is to have it
     */
    record Handover(VolumeId volume, long epoch, ServerId from, ServerId to) implements Answer {}

    /**
     * Which mirrors have their location on a server.
     *
     * @param mirrors their ids
     * @param nextMirrorId no mirror with this or a higher id has ever been placed: what a device
     *     holds beyond it belongs to a newer table than this one and must not be dropped
     */
    record MirrorsOn(List<MirrorId> mirrors, long nextMirrorId) implements Answer {}

    /**
     * The state of the group.
     *
     * @param peers as {@code id@host:port}
     * @param leader id of the leading peer
     * @param extentsMoving extents of which a mirror is being replaced or moved
     */
    record Status(
            ClusterId cluster,
            List<String> peers,
            String leader,
            long appliedIndex,
            int volumes,
            int servers,
            int serversAlive,
            int extentsBelowPolicy,
            int extentsMoving,
            ClusterSettings settings)
            implements Answer {}
}
