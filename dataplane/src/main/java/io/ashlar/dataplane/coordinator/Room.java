package io.ashlar.dataplane.coordinator;

import io.ashlar.dataplane.journal.Change;
import java.util.Collection;

/**
 * Whether devices have room for a change, decided before it gets its seq: afterwards it can be
 * refused only by a mirror that leaves the set for it (PROTOCOL, H15).
 *
 * <p>A mirror tells with its answers what room its device has; what is on its way there is taken
 * off. Other coordinators write to the same device on the strength of the same number, so that none
 * may have more than a part of it on its way at once: together they stay within it, or within the
 * margin that the device does not tell of.
 */
final class Room {

    /** What may become of a change. */
    enum Verdict {
        /** It may go. */
        THERE,
        /** Only what is on its way stands against it: when that has arrived, it is known. */
        NOT_YET,
        /** There is none. */
        NONE
    }

    /** Appends need room for their headers and maps too: asked of a device per change. */
    private static final long OVERHEAD_BYTES = 4096;

    /** More than all that clients can have on its way to a mirror: there nobody counts. */
    private static final long PLENTY_BYTES = 1L << 30;

    /** A change goes beside others only if all of them take no more than this part of the room. */
    private static final int PART = 16;

    private Room() {}

    /** Whether a mirror that nobody has to wait for can take a change too. */
    static boolean fits(Peer target, long cost) {
        return cost == 0 || !scarce(target) || target.onItsWay() + cost <= target.roomBytes();
    }

    /** What a change takes of a device. */
    static long cost(Change change) {
        return switch (change) {
            case Change.Data data -> data.range().bytes() + OVERHEAD_BYTES;
            case Change.Zero _ -> 0;
        };
    }

    /** Whether it matters what is on its way to this mirror. */
    static boolean scarce(Peer peer) {
        return peer.roomBytes() < PLENTY_BYTES;
    }

    /** For a change that must reach all of {@code mirrors}. */
    static Verdict verdict(Collection<Peer> mirrors, long cost) {
        Verdict worst = Verdict.THERE;
        for (Peer peer : mirrors) {
            Verdict here = verdict(peer, cost);
            worst = here.compareTo(worst) > 0 ? here : worst;
        }
        return worst;
    }

    /** For a change that must reach this mirror. */
    static Verdict verdict(Peer peer, long cost) {
        if (cost == 0 || !scarce(peer)) {
            return Verdict.THERE;
        }
        long before = peer.onItsWay();
        if (before == 0) {
            return cost <= peer.roomBytes() ? Verdict.THERE : Verdict.NONE;
        }
        return before + cost <= peer.roomBytes() / PART ? Verdict.THERE : Verdict.NOT_YET;
    }
}
