package io.ashlar.metadata.event;

import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import java.util.List;

/**
 * A change of one extent's in-sync set (PROTOCOL, "Metadata events"). Its preconditions are the
 * lease epoch of the volume and the version of the set: both must stand as named, else the event
 * changes nothing. They stop a deposed coordinator's delayed proposal (H2).
 */
public sealed interface MemberEvent {

    /** Which extent. */
    ExtentId extent();

    /** The epoch that the volume's lease must have. */
    long epoch();

    /** The version that the set must have; one more after a change of the set. */
    long setVersion();

    /**
     * A takeover kept a part of the set.
     *
     * @param keep not empty, a subset of the set, no mirror twice
     * @param firstSeq the first seq of the epoch
     * @param lossy whether unflushed writes may be gone (P5)
     */
    record Activated(
            ExtentId extent,
            long epoch,
            long setVersion,
            List<MirrorId> keep,
            long firstSeq,
            boolean lossy)
            implements MemberEvent {

        /** Copies the list. */
        public Activated {
            keep = List.copyOf(keep);
        }
    }

    /** A mirror missed a write. Never the last of the set. */
    record MemberRemoved(ExtentId extent, long epoch, long setVersion, MirrorId mirror)
            implements MemberEvent {}

    /** A mirror has caught up. Only one of the extent's mirrors. */
    record MemberAdded(ExtentId extent, long epoch, long setVersion, MirrorId mirror)
            implements MemberEvent {}

    /** Clients know of so many lossy activations; never fewer than before, never more than were. */
    record LossTold(ExtentId extent, long epoch, long setVersion, long losses)
            implements MemberEvent {}
}
