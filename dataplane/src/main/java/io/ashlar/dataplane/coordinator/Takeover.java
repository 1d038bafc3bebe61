package io.ashlar.dataplane.coordinator;

import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.resync.SharedHistory;
import io.ashlar.metadata.api.Command;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * From the grant to the activation (PROTOCOL "Fencing", "Rolling", "Activating"): 1. fence the
 * in-sync mirrors; 2. keep those that may be trusted; 3. roll them forward to the highest position
 * among them by replaying tail records under their original positions (H12); 4. propose {@code
 * Activate}. A crash anywhere before it commits has changed nothing; a session that breaks on the
 * way begins again at 1, in the same epoch.
 *
 * <p>After an operator's override (P6) the set is who goes on, whatever others hold: between 3 and
 * 4 it is made whole ({@link Adoption}), and promises that those who count no longer may have given
 * to an earlier coordinator run out.
 */
final class Takeover {

    private enum Phase {
        FENCING,
        ROLLING,
        ADOPTING,
        ACTIVATING
    }

    private final Scene scene;
    private Phase phase = Phase.FENCING;
    private final long startedAt;
    private List<Peer> keep = List.of();
    private Position end = Position.START;
    private boolean lossy;
    private List<Adoption> adoptions = List.of();
    private long tailRequest;
    private long tailSentTo;

    Takeover(Scene scene) {
        this.scene = scene;
        this.startedAt = scene.now();
    }

    /** Position of the last change before this epoch. */
    Position end() {
        return end;
    }

    /** Sends what can be sent, decides what can be decided. */
    void advance() {
        for (Peer peer : scene.peers()) {
            boolean retry =
                    peer.state() == Peer.State.FAILED
                            && peer.inStateFor(scene.now()) > scene.timing.term();
            if (scene.member(peer) && peer.linkUp() && (peer.state() == Peer.State.NONE || retry)) {
                scene.fence(peer);
            }
        }
        switch (phase) {
            case FENCING -> chooseKeep();
            case ROLLING -> finishRolling();
            case ADOPTING -> finishAdopting();
            case ACTIVATING -> {}
        }
    }

    /**
     * A session broke. What was begun begins again with new sessions for all: what a mirror said of
     * its last position is no longer so once it was sent tail records. A proposal cannot be taken
     * back.
     */
    void broken(Peer peer) {
        boolean underWay = phase == Phase.ROLLING || phase == Phase.ADOPTING;
        if (underWay && keep.contains(peer)) {
            phase = Phase.FENCING;
            // One that refuses is left alone for a while, so that the others can go on without it.
            keep.stream()
                    .filter(other -> other.state() != Peer.State.FAILED)
                    .forEach(other -> other.reset(scene.now()));
        }
    }

    private void chooseKeep() {
        List<Peer> answered = new ArrayList<>();
        List<Peer> trusted = new ArrayList<>();
        boolean mayStillAnswer = false;
        for (Peer peer : scene.peers()) {
            if (!scene.member(peer)) {
                continue;
            }
            if (peer.ready()) {
                answered.add(peer);
                if (!peer.suspect()) {
                    trusted.add(peer);
                }
            } else {
                mayStillAnswer |= mayStillAnswer(peer);
            }
        }
        Comparator<Peer> byPosition = Comparator.comparing(Peer::last);
        if (!trusted.isEmpty() && !mayStillAnswer) {
            lossy = false;
            roll(trusted, trusted.stream().max(byPosition).orElseThrow());
        } else if (trusted.isEmpty()
                && answered.size() == scene.row().inSync().size()
                && !answered.isEmpty()) {
            // The power of them all was lost (P5): the one that holds most goes on, alone.
            lossy = true;
            Peer best = answered.stream().max(byPosition).orElseThrow();
            roll(List.of(best), best);
        }
        // else: wait. A silent member may hold what no other does, and only it (P6).
    }

    /**
     * For the sake of redundancy only, a silent member is waited for: one that is connected as long
     * as it may be keeping a promise to an older coordinator, any other as long as a busy server
     * may need for a new link; and one whose server had lost its session with the metadata group
     * (it is gone, frozen or cut off) no longer than its silence would be borne in service.
     */
    private boolean mayStillAnswer(Peer peer) {
        long waited = scene.now() - startedAt;
        return switch (peer.state()) {
            case FENCING ->
                    peer.inStateFor(scene.now())
                            < (peer.expected()
                                    ? 2 * scene.timing.term()
                                    : scene.timing.stallLimit());
            case NONE ->
                    waited < (peer.expected() ? scene.timing.term() : scene.timing.linkGrace());
            case FAILED -> false;
            case READY -> false;
        };
    }

    private void roll(List<Peer> chosen, Peer source) {
        keep = chosen;
        end = source.last();
        phase = Phase.ROLLING;
        keep.forEach(peer -> peer.startedAt(peer.last().seq()));
        readTail();
        finishRolling();
    }

    private void readTail() {
        long lowest = keep.stream().mapToLong(Peer::acked).min().orElse(end.seq());
        if (lowest < end.seq()) {
            Peer source = keep.stream().filter(p -> p.last().equals(end)).findFirst().orElseThrow();
            tailRequest = scene.nextRequest();
            scene.send(source, new MirrorRequest.ReadTail(tailRequest, lowest + 1, end.seq()));
        }
    }

    /** An answer to a takeover's request, or to nobody's. */
    void received(MirrorReply reply) {
        if (reply instanceof MirrorReply.Tail tail) {
            received(tail);
        } else if (phase == Phase.ADOPTING) {
            adoptions.forEach(adoption -> adoption.received(reply));
            finishAdopting();
        }
    }

    private void received(MirrorReply.Tail tail) {
        if (phase != Phase.ROLLING || tail.id() != tailRequest) {
            return;
        }
        long wanted = keep.stream().mapToLong(Peer::acked).min().orElse(end.seq()) + 1;
        if (tail.records().isEmpty() || tail.records().getFirst().position().seq() > wanted) {
            dropLaggards();
            return;
        }
        for (JournalRecord.Write record : tail.records()) {
            for (Peer peer : keep) {
                if (record.position().seq() > peer.acked()) {
                    scene.send(peer, new MirrorRequest.Write(record));
                }
            }
        }
        tailSentTo = tail.records().getLast().position().seq();
    }

    void written() {
        if (phase != Phase.ROLLING) {
            return;
        }
        long lowest = keep.stream().mapToLong(Peer::acked).min().orElse(end.seq());
        if (lowest == tailSentTo && lowest < end.seq()) {
            readTail();
        }
        finishRolling();
    }

    /** The tail is not there any more: who lacks it becomes a resync target instead. */
    private void dropLaggards() {
        keep = keep.stream().filter(peer -> peer.last().equals(end)).toList();
        finishRolling();
    }

    private void finishRolling() {
        if (phase != Phase.ROLLING || keep.stream().anyMatch(p -> p.acked() < end.seq())) {
            return;
        }
        if (!scene.row().overridden()) {
            activate(end.seq() + 1);
            return;
        }
        phase = Phase.ADOPTING;
        lossy = true;
        adoptions = keep.stream().map(p -> new Adoption(scene, p, end.seq() + 1)).toList();
        adoptions.forEach(Adoption::begin);
    }

    private void finishAdopting() {
        boolean promisesOver = scene.now() - startedAt > scene.timing.term();
        if (promisesOver && adoptions.stream().allMatch(Adoption::done)) {
            // What the mirror wrote of its own after it had left the extent's history is no part of
            // what it shares with the others, though it is what the extent holds from now on (H11).
            activate(SharedHistory.lastShared(end, scene.row().history()) + 1);
        }
    }

    private void activate(long firstSeq) {
        phase = Phase.ACTIVATING;
        List<MirrorId> kept = keep.stream().map(Peer::mirror).toList();
        scene.port.propose(
                new Command.Activate(
                        scene.extent(),
                        scene.epoch,
                        scene.row().setVersion(),
                        kept,
                        firstSeq,
                        lossy));
    }
}
