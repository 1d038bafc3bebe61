package io.ashlar.dataplane.coordinator;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.Payload;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.volume.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads from one in-sync mirror, so that what is answered is linearizable (P3). A read is sent when
 * no open write overlaps it; when its data is back it is answered only if the same session with a
 * member supplied it (H9), every overlapping write that got its seq meanwhile has committed (H8),
 * and every required mirror's promise holds now, after the data was read (P2, PROTOCOL "READ").
 */
final class Reads {

    private static final int MAX_MENDING = 64;

    private final Scene scene;
    private final Writes writes;
    private final Map<Long, PendingRead> sent = new HashMap<>();
    private final Set<Long> mending = new HashSet<>();
    private List<PendingRead> waiting = new ArrayList<>();

    Reads(Scene scene, Writes writes) {
        this.scene = scene;
        this.writes = writes;
    }

    void submit(PendingRead read) {
        advance(read);
    }

    /** A commit, a promise, a session: whatever may let a waiting read go on. */
    void advance() {
        if (waiting.isEmpty()) {
            return;
        }
        List<PendingRead> again = waiting;
        waiting = new ArrayList<>();
        again.forEach(this::advance);
    }

    private void advance(PendingRead read) {
        if (!read.placed() && !writes.queued(read.range())) {
            // Changes that were asked for before this read come before it, even those that had to
            // wait for a page: what is read may be on its way into a read-modify-write.
            read.place(writes.lastOverlap(read.range()));
        }
        if (!read.placed() || read.waitsFor() > writes.committed()) {
            waiting.add(read);
        } else if (read.fetched()) {
            if (promisesHold()) {
                read.finish();
            } else {
                waiting.add(read);
            }
        } else {
            send(read);
        }
    }

    /** Whether none is under way. */
    boolean quiet() {
        return sent.isEmpty() && waiting.isEmpty();
    }

    boolean promisesHold() {
        long now = scene.now();
        for (Peer peer : scene.required()) {
            if (!peer.promiseHolds(now)) {
                return false;
            }
        }
        return true;
    }

    private void send(PendingRead read) {
        Optional<Peer> source = source(read);
        if (source.isEmpty()) {
            if (read.triedAll(scene.row().inSync())) {
                read.fail(
                        ErrorCode.CORRUPT,
                        "blocks "
                                + read.range()
                                + " of extent "
                                + scene.extent()
                                + " fail verification on every in-sync mirror");
            } else {
                waiting.add(read); // a member's session will come back, or the member will leave
            }
            return;
        }
        Peer peer = source.get();
        long id = scene.nextRequest();
        read.sentTo(peer, scene.now());
        peer.reading(1);
        sent.put(id, read);
        scene.send(
                peer,
                read.survey()
                        ? new MirrorRequest.Survey(id, read.range())
                        : new MirrorRequest.Read(id, read.range()));
    }

    /** The local member, else the one with the fewest reads under way; none known to be bad. */
    private Optional<Peer> source(PendingRead read) {
        Peer best = null;
        for (Peer peer : scene.peers()) {
            if (!peer.ready()
                    || !scene.member(peer)
                    || peer.suspect()
                    || read.avoids(peer.mirror())
                    || peer.silentFor(scene.now()) > scene.timing.stallLimit()) {
                continue;
            }
            if (peer.local()) {
                return Optional.of(peer);
            }
            if (best == null || peer.reading() < best.reading()) {
                best = peer;
            }
        }
        return Optional.ofNullable(best);
    }

    void received(Peer peer, MirrorReply.Blocks reply) {
        PendingRead read = take(peer, reply.id());
        if (read == null) {
            return;
        }
        int corrupt = reply.payload().firstCorrupt();
        if (corrupt < 0) {
            read.fetched(reply.payload());
        } else {
            // Damaged on its way, not on its device: nothing to repair, but read it elsewhere.
            read.corruptAt(
                    peer.mirror(), new MirrorReply.Corrupt(reply.id(), new long[0], new long[0]));
        }
        arrived(read);
    }

    void received(Peer peer, MirrorReply.Kinds reply) {
        PendingRead read = take(peer, reply.id());
        if (read != null) {
            read.fetched(reply.kinds());
            arrived(read);
        }
    }

    private void arrived(PendingRead read) {
        repair(read);
        read.waitsFor(writes.lastOverlap(read.range()));
        advance(read);
    }

    /** True if the reply was to a read of a client. */
    boolean received(Peer peer, MirrorReply.Corrupt reply) {
        PendingRead read = take(peer, reply.id());
        if (read == null) {
            return false;
        }
        read.corruptAt(peer.mirror(), reply);
        read.waitsFor(writes.lastOverlap(read.range()));
        advance(read);
        return true;
    }

    private @Nullable PendingRead take(Peer peer, long id) {
        PendingRead read = sent.remove(id);
        if (read != null) {
            peer.reading(-1);
            if (!scene.member(peer)) {
                read.unsent();
                advance(read);
                return null;
            }
        }
        return read;
    }

    /**
     * Sends good blocks to the mirrors whose copies were bad. They travel on the ordered stream: a
     * newer write either precedes them, and the mirror no longer holds the named seq, or follows.
     */
    private void repair(PendingRead read) {
        read.eachRepair((mirror, block, seq, payload) -> {
            Peer peer = scene.peer(mirror);
            if (peer != null && peer.ready()) {
                scene.send(peer, new MirrorRequest.Repair(block, seq, payload));
                scene.port.noted(new Note.BlockRepaired(scene.extent(), mirror, block));
            }
        });
    }

    /**
     * Blocks of a member that its scrub found bad: each is read elsewhere like a client's, which
     * repairs it. Those beyond the bound are found again.
     */
    void mend(Peer peer, MirrorReply.Corrupt found) {
        for (int i = 0; i < found.bad().length && mending.size() < MAX_MENDING; i++) {
            long block = found.bad()[i];
            if (mending.add(block)) {
                PendingRead read =
                        PendingRead.ofBlocks(new BlockRange(block, 1), new Mended(block));
                read.corruptAt(
                        peer.mirror(),
                        new MirrorReply.Corrupt(
                                found.id(), new long[] {block}, new long[] {found.seqs()[i]}));
                submit(read);
            }
        }
    }

    /** Nobody waits for the data; a block that is bad everywhere stays so, and is found again. */
    private final class Mended implements Reply<Payload> {

        private final long block;

        Mended(long block) {
            this.block = block;
        }

        @Override
        public void done(Payload payload) {
            mending.remove(block);
        }

        @Override
        public void failed(ErrorCode code, String message) {
            mending.remove(block);
        }
    }

    /** The session with {@code peer} is over: its reads go elsewhere. */
    void lost(Peer peer) {
        reissue(read -> read.sentTo(peer));
    }

    /** Reads at mirrors that have gone silent go elsewhere. */
    void tick() {
        long now = scene.now();
        long limit = scene.timing.stallLimit();
        reissue(read -> read.peer().silentFor(now) > limit && source(read).isPresent());
        advance();
    }

    private void reissue(Predicate<PendingRead> which) {
        List<PendingRead> again = new ArrayList<>();
        sent.values()
                .removeIf(read -> {
                    boolean moved = which.test(read);
                    if (moved) {
                        again.add(read);
                    }
                    return moved;
                });
        for (PendingRead read : again) {
            read.unsent();
            advance(read);
        }
    }
}
