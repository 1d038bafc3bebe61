package io.ashlar.dataplane.coordinator;

import io.ashlar.common.id.MirrorId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.ExtentRow;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is in sync: proposes the removal of a member that is gone, stalled or slow, and the addition
 * of one that has caught up; one proposal at a time (PROTOCOL "REMOVE", H1, H20).
 */
final class Membership {

    /** Why a member has to leave. */
    private enum Why {
        LOST("its device failed, is full or lost data"),
        UNREACHABLE("its server cannot be reached"),
        SILENT("it does not answer"),
        REFUSES("it refuses"),
        SLOW("it is slow"),
        RETIRING("its copy is wanted elsewhere");

        private final String text;

        Why(String text) {
            this.text = text;
        }
    }

    /** A mirror whose device is full is tried again after so long, then twice as long. */
    private static final Duration FIRST_REST = Duration.ofSeconds(1);

    private static final Duration LONGEST_REST = Duration.ofSeconds(10);

    private final Scene scene;
    private final Writes writes;
    private final Flushes flushes;
    private final SlowMirrors slow = new SlowMirrors();
    private final Rests full = new Rests(FIRST_REST, LONGEST_REST);
    private final Set<MirrorId> lost = new HashSet<>();
    private Command.@Nullable MemberChange proposed;

    Membership(Scene scene, Writes writes, Flushes flushes) {
        this.scene = scene;
        this.writes = writes;
        this.flushes = flushes;
    }

    /** A member's device lost data or refuses: it has to leave, whatever its link says. */
    void mustLeave(Peer peer) {
        lost.add(peer.mirror());
    }

    /** A mirror's device refused what it was sent for want of room. */
    void foundFull(Peer peer) {
        if (full.begin(peer.mirror(), scene.now())) {
            scene.port.noted(new Note.MirrorFull(scene.extent(), peer.mirror()));
        }
    }

    /** Whether one whose device was full may be tried again. */
    boolean mayTry(Peer peer) {
        return full.over(peer.mirror(), scene.now());
    }

    /** Whether nobody is left who could go on alone. */
    boolean allMustLeave() {
        return scene.required().stream().allMatch(peer -> lost.contains(peer.mirror()));
    }

    /** Whether a target that has caught up may join: one that left for slowness has to rest. */
    boolean mayJoin(Peer target, long laggedAt) {
        return proposed == null && slow.mayJoin(target.mirror(), laggedAt, scene.now());
    }

    boolean busy() {
        return proposed != null;
    }

    /** Proposes to add a target that is ready and promised. */
    void add(Peer target) {
        propose(
                new Command.AddMember(
                        scene.extent(), scene.epoch, scene.row().setVersion(), target.mirror()));
    }

    /** Proposes at most one removal, if one is due and safe. */
    void removeIfDue() {
        if (proposed != null || scene.row().inSync().size() < 2) {
            return;
        }
        for (Peer peer : scene.required()) {
            if (!scene.member(peer)) {
                continue;
            }
            Optional<Why> why = whyRemove(peer);
            if (why.isPresent() && othersHoldEverything(peer)) {
                if (why.get() == Why.SLOW) {
                    slow.struck(peer.mirror(), scene.now());
                }
                scene.port.noted(
                        new Note.RemovalProposed(
                                scene.extent(),
                                peer.mirror(),
                                why.get().text,
                                why.get() == Why.SLOW,
                                why.get() == Why.RETIRING));
                propose(
                        new Command.RemoveMember(
                                scene.extent(),
                                scene.epoch,
                                scene.row().setVersion(),
                                peer.mirror()));
                return;
            }
        }
    }

    private Optional<Why> whyRemove(Peer peer) {
        long now = scene.now();
        if (lost.contains(peer.mirror())) {
            return Optional.of(Why.LOST);
        }
        return switch (peer.state()) {
            case NONE ->
                    peer.inStateFor(now) > scene.timing.linkGrace()
                            ? Optional.of(Why.UNREACHABLE)
                            : Optional.empty();
            case FENCING ->
                    peer.inStateFor(now) > scene.timing.stallLimit()
                            ? Optional.of(Why.SILENT)
                            : Optional.empty();
            case FAILED -> Optional.of(Why.REFUSES);
            case READY -> {
                if (peer.silentFor(now) > scene.timing.stallLimit()) {
                    yield Optional.of(Why.SILENT);
                }
                if (slow(peer, now)) {
                    yield Optional.of(Why.SLOW);
                }
                // A copy more was made first: redundancy is never lowered by a move.
                yield scene.retiring(peer) && scene.enoughStay()
                        ? Optional.of(Why.RETIRING)
                        : Optional.empty();
            }
        };
    }

    /** Slowness alone never takes a volume below its policy. */
    private boolean slow(Peer peer, long now) {
        if (scene.row().inSync().size() <= scene.policy.minInSync()) {
            return false;
        }
        long then = now - scene.timing.slowLimit();
        return writes.lacksSince(peer) - then < 0 || flushes.waitsSince(peer, then);
    }

    /**
     * If nobody who remains can be shown to hold every open write, the one to go might be the one
     * that was right (H20). Others that are due to leave themselves are no reason to keep it: two
     * mirrors lost at once would else keep each other in the set for ever.
     */
    private boolean othersHoldEverything(Peer leaving) {
        boolean someoneDoes = false;
        for (Peer peer : scene.required()) {
            if (peer == leaving) {
                continue;
            }
            if (holdsEverything(peer)) {
                someoneDoes = true;
            } else if (!scene.member(peer) || whyRemove(peer).isEmpty()) {
                return false;
            }
        }
        return someoneDoes;
    }

    private boolean holdsEverything(Peer peer) {
        return peer.ready()
                && !peer.suspect()
                && writes.hasAll(peer)
                && peer.silentFor(scene.now()) <= scene.timing.stallLimit();
    }

    private void propose(Command.MemberChange change) {
        proposed = change;
        scene.port.propose(change);
    }

    /**
     * The metadata group answered. The identical proposal may have been sent more than once, so a
     * set version that moved means that it was applied: nobody else may change the set under this
     * lease.
     *
     * @return false if the lease is no longer this coordinator's
     */
    boolean answered(Command.MemberChange change, Answer.MemberResult result) {
        if (!change.equals(proposed)) {
            return true;
        }
        if (result.leaseEpoch() != scene.epoch || result.row().isEmpty()) {
            return false;
        }
        proposed = null;
        ExtentRow before = scene.row();
        ExtentRow after = result.row().getFirst();
        scene.row(after);
        for (Peer peer : scene.peers()) {
            boolean was = before.inSync().contains(peer.mirror());
            boolean is = after.inSync().contains(peer.mirror());
            if (was && !is) {
                lost.remove(peer.mirror());
                peer.reset(scene.now());
                scene.port.noted(new Note.MemberRemoved(scene.extent(), peer.mirror()));
            } else if (!was && is) {
                scene.port.noted(new Note.MemberAdded(scene.extent(), peer.mirror()));
            }
        }
        return true;
    }
}
