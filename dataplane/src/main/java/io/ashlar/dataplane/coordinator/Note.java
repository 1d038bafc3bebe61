package io.ashlar.dataplane.coordinator;

import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;

/** What a coordinator reports beside its replies, for metrics and logs. */
public sealed interface Note {

    /** An extent is active. */
    record ExtentActivated(ExtentId extent, long epoch, long firstSeq, boolean lossy)
            implements Note {}

    /**
     * An extent is to go on with this mirror by an operator's override.
     *
     * @param stale how many of its blocks are older than the rest
     */
    record MirrorAdopted(ExtentId extent, MirrorId mirror, long stale) implements Note {}

    /**
     * A mirror is about to be taken out of the set.
     *
     * @param slow whether for nothing worse than being slow
     * @param moves whether for nothing at all: others took its place
     */
    record RemovalProposed(
            ExtentId extent, MirrorId mirror, String why, boolean slow, boolean moves)
            implements Note {}

    /** A mirror left the set. */
    record MemberRemoved(ExtentId extent, MirrorId mirror) implements Note {}

    /** A mirror has caught up and is in the set. */
    record MemberAdded(ExtentId extent, MirrorId mirror) implements Note {}

    /** A resync began. */
    record ResyncStarted(ExtentId extent, MirrorId mirror, long blocks) implements Note {}

    /** A mirror's device has no room for what it was sent; tried again after growing pauses. */
    record MirrorFull(ExtentId extent, MirrorId mirror) implements Note {}

    /** Blocks were copied to a resyncing mirror. */
    record BlocksCopied(ExtentId extent, MirrorId mirror, int blocks, long left) implements Note {}

    /** A bad block was found, and a good copy sent to the mirror that holds it. */
    record BlockRepaired(ExtentId extent, MirrorId mirror, long block) implements Note {}

    /** A block that no member can read was needed; it is tried again now and then. */
    record BlockUnreadable(ExtentId extent, long block) implements Note {}
}
