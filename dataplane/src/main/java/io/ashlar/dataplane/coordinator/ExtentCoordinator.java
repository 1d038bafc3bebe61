package io.ashlar.dataplane.coordinator;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.Payload;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.resync.CopyBudget;
import io.ashlar.dataplane.resync.Courtesy;
import io.ashlar.dataplane.volume.Done;
import io.ashlar.dataplane.volume.Reply;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.ExtentRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The protocol of one extent under one epoch: takeover, then service, until it steps down (PROTOCOL
 * "Coordinator"). Runs on the volume's one thread; deterministic in what it is called with.
 *
 * <p>Guarantees P1 to P4 for what it answers. After stepping down it answers nothing.
 */
final class ExtentCoordinator {

    private enum Phase {
        TAKING_OVER,
        ACTIVE,
        DOWN
    }

    private final Scene scene;
    private final Takeover takeover;
    private final Writes writes;
    private final Reads reads;
    private final Flushes flushes;
    private final Membership membership;
    private final CopyBudget budget;
    private final Courtesy courtesy = new Courtesy();
    private final Map<Peer, Resync> resyncs = new LinkedHashMap<>();
    private final List<Runnable> untilActive = new ArrayList<>();
    private Phase phase = Phase.TAKING_OVER;

    ExtentCoordinator(Scene scene, CopyBudget budget) {
        this.scene = scene;
        this.budget = budget;
        this.takeover = new Takeover(scene);
        this.writes = new Writes(scene, this::sequenced);
        this.reads = new Reads(scene, writes);
        this.flushes = new Flushes(scene, writes);
        this.membership = new Membership(scene, writes, flushes);
    }

    boolean active() {
        return phase == Phase.ACTIVE;
    }

    boolean quiet() {
        return untilActive.isEmpty() && writes.quiet() && reads.quiet() && flushes.quiet();
    }

    /** Whether there is something to do that nobody has to ask for. */
    boolean resyncing() {
        return !resyncs.isEmpty()
                || (scene.enoughStay() && scene.row().inSync().size() > scene.row().staying());
    }

    boolean knows(MirrorId mirror) {
        return scene.peer(mirror) != null;
    }

    /**
     * Whether the row should be read again: mirrors are about to come or go, or one that is needed
     * is not there, and an operator may have given it up.
     */
    boolean unsettled() {
        return phase == Phase.TAKING_OVER
                || !scene.required().stream().allMatch(Peer::ready)
                || !scene.row().retiring().isEmpty()
                || scene.row().mirrors().size() != scene.policy.mirrors();
    }

    /**
     * The metadata group's plan, read under this coordinator's own lease: mirrors that are new, and
     * some that are to go or are gone. What a proposal under way may change is left for later.
     *
     * @param found mirrors that are not known here yet
     */
    void replanned(ExtentRow read, List<Peer> found) {
        if (phase == Phase.DOWN || read.planVersion() < scene.row().planVersion()) {
            return;
        }
        boolean undecided = phase == Phase.TAKING_OVER || membership.busy();
        if (undecided || !read.mirrors().containsAll(scene.row().inSync())) {
            return;
        }
        scene.row(scene.row().withPlan(read.mirrors(), read.retiring(), read.planVersion()));
        found.forEach(scene::add);
        forgetDropped();
        tick();
    }

    /** Lets go of mirrors that the extent no longer has. */
    private void forgetDropped() {
        for (Peer peer : List.copyOf(scene.peers())) {
            if (!scene.has(peer)) {
                peer.reset(scene.now());
                sessionOver(peer);
                scene.forget(peer);
            }
        }
    }

    VolumeCoordinator.ExtentStatus status() {
        return new VolumeCoordinator.ExtentStatus(
                scene.row(),
                active(),
                scene.required().stream().map(Peer::mirror).toList(),
                reads.promisesHold(),
                writes.committed());
    }

    ExtentRow row() {
        return scene.row();
    }

    // ---- requests of the volume ----

    void write(Change change, Reply<Done> reply) {
        whenActive(() -> writes.submit(change, reply));
    }

    void read(BlockRange range, Reply<Payload> reply) {
        whenActive(() -> reads.submit(PendingRead.ofBlocks(range, reply)));
    }

    void survey(BlockRange range, Reply<byte[]> reply) {
        whenActive(() -> reads.submit(PendingRead.ofKinds(range, reply)));
    }

    void flush(Reply<Done> reply) {
        whenActive(() -> flushes.submit(reply));
    }

    private void whenActive(Runnable request) {
        courtesy.asked(scene.now());
        switch (phase) {
            case TAKING_OVER -> untilActive.add(request);
            case ACTIVE -> request.run();
            case DOWN -> {}
        }
    }

    // ---- what arrives ----

    /** The link to a server came up or went down. */
    void link(ServerId server, boolean up) {
        if (phase == Phase.DOWN) {
            return;
        }
        for (Peer peer : scene.peers()) {
            if (peer.server().equals(server)) {
                peer.link(up, scene.now());
                sessionOver(peer);
            }
        }
        tick();
    }

    void received(FromMirror message) {
        Peer peer = scene.peer(message.mirror());
        if (phase == Phase.DOWN || peer == null || message.epoch() != scene.epoch) {
            return;
        }
        if (message.reply() instanceof MirrorReply.Refused refused) {
            stepDown("mirror " + peer.mirror() + " has accepted epoch " + refused.accepted());
        } else if (message.conn() == peer.conn()) {
            received(peer, message.reply());
        }
    }

    private void received(Peer peer, MirrorReply reply) {
        if (phase == Phase.TAKING_OVER) {
            takeover.received(reply);
        }
        switch (reply) {
            case MirrorReply.Refused _ -> throw new IllegalStateException("handled before");
            case MirrorReply.Fenced fenced -> fenced(peer, fenced);
            case MirrorReply.Promised promised -> {
                peer.promised(promised, scene.timing);
                writes.count(peer);
                writes.roomTold();
                resyncs.values().forEach(Resync::advance);
                reads.advance();
            }
            case MirrorReply.Written written -> written(peer, written);
            case MirrorReply.Flushed flushed -> flushes.received(peer, flushed);
            case MirrorReply.Blocks blocks -> reads.received(peer, blocks);
            case MirrorReply.Kinds kinds -> reads.received(peer, kinds);
            case MirrorReply.Corrupt corrupt -> corrupt(peer, corrupt);
            case MirrorReply.Changed changed -> eachResync(resync -> resync.received(changed));
            case MirrorReply.Tail _ -> {} // the takeover's, as it was
            case MirrorReply.Image image -> eachResync(resync -> resync.received(image));
            case MirrorReply.Copied copied -> eachResync(resync -> resync.received(copied));
            case MirrorReply.Ready ready -> eachResync(resync -> resync.received(ready));
            case MirrorReply.Failed failed -> failed(peer, failed);
        }
    }

    private void corrupt(Peer peer, MirrorReply.Corrupt corrupt) {
        if (corrupt.id() == MirrorReply.Corrupt.UNASKED) {
            if (phase == Phase.ACTIVE && scene.member(peer)) {
                reads.mend(peer, corrupt);
            }
        } else if (!reads.received(peer, corrupt)) {
            eachResync(resync -> {
                if (resync.received(corrupt)) {
                    reads.mend(peer, corrupt); // with a copy of another member, if there is one
                }
            });
        }
    }

    private void eachResync(Consumer<Resync> action) {
        List.copyOf(resyncs.values()).forEach(action);
    }

    private void written(Peer peer, MirrorReply.Written written) {
        peer.written(written.through(), written.roomBytes());
        writes.count(peer);
        if (phase == Phase.TAKING_OVER) {
            takeover.written();
        } else {
            committed();
        }
    }

    private void committed() {
        if (writes.commit()) {
            reads.advance();
            flushes.advance();
        }
        if (!resyncs.isEmpty()) {
            eachResync(Resync::advance);
        }
    }

    private void sequenced(JournalRecord.Write record) {
        if (!resyncs.isEmpty()) {
            resyncs.values().forEach(resync -> resync.sequenced(record));
        }
    }

    private void fenced(Peer peer, MirrorReply.Fenced answer) {
        if (peer.state() != Peer.State.FENCING) {
            return;
        }
        peer.fenced(answer, scene.now());
        writes.count(peer);
        if (phase == Phase.TAKING_OVER) {
            takeover.advance();
        } else if (scene.required(peer)) {
            memberIsBack(peer);
        } else if (scene.wanted(peer)) {
            resyncLater(peer);
        } else {
            peer.reset(scene.now()); // fenced again should it be wanted after all
        }
        ask(peer);
    }

    /** A member's new session: it gets what it missed, unless it lost what it had. */
    private void memberIsBack(Peer peer) {
        if (lostSomething(peer)) {
            membership.mustLeave(peer);
            peer.failed(scene.now());
            return;
        }
        writes.resend(peer);
        flushes.resend(peer);
        committed();
        reads.advance();
    }

    private boolean lostSomething(Peer peer) {
        return peer.suspect() || peer.acked() < writes.committed();
    }

    private void failed(Peer peer, MirrorReply.Failed reply) {
        boolean deviceAtFault = peer.ready() && reply.code() != ErrorCode.INVALID;
        if (reply.code() == ErrorCode.INVALID && phase == Phase.ACTIVE) {
            peer.reset(scene.now()); // the stream broke, not the mirror
        } else {
            peer.failed(scene.now());
        }
        sessionOver(peer);
        if (reply.code() == ErrorCode.NO_SPACE) {
            membership.foundFull(peer);
        }
        // One that was joining is no longer required: it is no reason to remove it once it is back.
        if (phase == Phase.ACTIVE && deviceAtFault && scene.required(peer)) {
            membership.mustLeave(peer);
        }
        tick();
    }

    private void sessionOver(Peer peer) {
        if (phase == Phase.TAKING_OVER) {
            takeover.broken(peer);
            return;
        }
        reads.lost(peer);
        eachResync(resync -> {
            if (resync.dependsOn(peer) && !resync.proposed()) {
                resync.abandon();
                resyncs.remove(resync.target());
                if (resync.target() != peer) {
                    resync.target().reset(scene.now()); // begins again with another source
                }
            } else {
                resync.sourceLost(peer);
            }
        });
        committed();
        flushes.advance(); // one that was joining may no longer be required
    }

    private void resyncLater(Peer target) {
        Resync resync = new Resync(scene, writes, flushes, membership, budget, courtesy, target);
        if (resync.begin()) {
            resyncs.put(target, resync);
        } else {
            target.failed(scene.now()); // no member to copy from now: tried again later
        }
    }

    /** The metadata group answered a proposal of this extent. */
    void changed(Command.MemberChange change, Answer.MemberResult result) {
        if (phase == Phase.DOWN) {
            return;
        }
        if (change instanceof Command.Activate activate) {
            activated(activate, result);
            return;
        }
        if (change instanceof Command.RecordLossTold told) {
            if (result.applied()) {
                scene.row(scene.row().withLossesTold(told.losses()));
            }
            return;
        }
        if (!membership.answered(change, result)) {
            stepDown("the lease is under epoch " + result.leaseEpoch());
            return;
        }
        if (change instanceof Command.AddMember add) {
            Peer added = scene.peer(add.mirror());
            if (added != null) {
                resyncs.remove(added);
                writes.receives(added, false);
                scene.joinsNot(added);
                if (!scene.member(added)) {
                    added.reset(scene.now());
                }
            }
        }
        if (change instanceof Command.RemoveMember remove) {
            Peer removed = scene.peer(remove.mirror());
            if (removed != null) {
                sessionOver(removed);
            }
        }
        forgetDropped();
        committed();
        flushes.advance();
        reads.advance();
        tick();
    }

    private void activated(Command.Activate activate, Answer.MemberResult result) {
        if (result.leaseEpoch() != scene.epoch || result.row().isEmpty()) {
            stepDown("the lease is under epoch " + result.leaseEpoch());
            return;
        }
        scene.row(result.row().getFirst());
        phase = Phase.ACTIVE;
        writes.begin(takeover.end().seq() + 1);
        for (Peer peer : scene.peers()) {
            if (!scene.member(peer) || !peer.ready()) {
                peer.reset(scene.now());
            } else if (peer.acked() >= writes.committed()
                    && (activate.lossy() || !peer.suspect())) {
                peer.trusted();
                scene.send(peer, new MirrorRequest.Member(scene.roster()));
            } else {
                memberIsBack(peer); // its session broke while the proposal was under way
            }
        }
        scene.port.noted(
                new Note.ExtentActivated(
                        scene.extent(), scene.epoch, activate.firstSeq(), activate.lossy()));
        List<Runnable> requests = List.copyOf(untilActive);
        untilActive.clear();
        requests.forEach(Runnable::run);
        tick();
    }

    /** Time has passed. */
    void tick() {
        switch (phase) {
            case TAKING_OVER -> {
                takeover.advance();
                askAll();
            }
            case ACTIVE -> {
                if (membership.allMustLeave()) {
                    // A new epoch decides who goes on, and never reuses a position (P5).
                    stepDown("every in-sync mirror failed or lost unflushed data");
                    return;
                }
                fenceAgain();
                askAll();
                reads.tick();
                membership.removeIfDue();
                eachResync(this::advance);
            }
            case DOWN -> {}
        }
    }

    private void advance(Resync resync) {
        if (resync.outOfRoom()) {
            membership.foundFull(resync.target());
            resync.target().failed(scene.now());
            sessionOver(resync.target());
        } else if (resync.stalled()) {
            resync.target().reset(scene.now());
            sessionOver(resync.target());
        } else {
            resync.advance();
        }
    }

    private void fenceAgain() {
        for (Peer peer : scene.peers()) {
            boolean retry =
                    peer.state() == Peer.State.FAILED
                            && peer.inStateFor(scene.now()) > scene.timing.term()
                            && membership.mayTry(peer);
            if (peer.linkUp() && scene.wanted(peer) && (peer.state() == Peer.State.NONE || retry)) {
                scene.fence(peer);
            }
        }
    }

    private void askAll() {
        scene.peers().forEach(this::ask);
    }

    private void ask(Peer peer) {
        if (phase != Phase.DOWN && peer.ready() && peer.askDue(scene.now(), scene.timing)) {
            long floor = phase == Phase.ACTIVE ? writes.committed() : 0;
            scene.send(peer, new MirrorRequest.Ask(peer.ask(scene.now()), floor));
        }
    }

    /** Gives the extent up: promises are returned, so that a successor need not wait for them. */
    void stepDown(String why) {
        if (phase == Phase.DOWN) {
            return;
        }
        phase = Phase.DOWN;
        untilActive.clear();
        for (Peer peer : scene.peers()) {
            if (peer.ready()) {
                scene.send(peer, new MirrorRequest.Release());
            }
        }
        scene.port.resigned(why);
    }
}
