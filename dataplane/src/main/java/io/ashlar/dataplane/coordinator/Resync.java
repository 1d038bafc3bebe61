package io.ashlar.dataplane.coordinator;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.BlockSet;
import io.ashlar.common.block.Blocks;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.resync.CopyBudget;
import io.ashlar.dataplane.resync.Courtesy;
import io.ashlar.dataplane.resync.SharedHistory;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Brings one mirror back (PROTOCOL "RESYNC"): 1. list what changed after the last shared seq, on
 * the target and on a member; 2. start: the target notes durably what is stale and receives all
 * further changes; 3. copy the stale blocks page by page, each page locked while a member reads it;
 * 4. have the target make everything durable; 5. propose it as a member.
 */
final class Resync {

    private enum Step {
        LISTING,
        COPYING,
        JOINING,
        PROPOSED
    }

    /** Blocks of a page that one member can give. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Part(Peer source, long[] mask) {

        int blocks() {
            return BlockSet.indexes(mask).length;
        }

        /** The same without what is beyond so many blocks. */
        Part first(int blocks) {
            return new Part(source, BlockSet.firstOf(mask, blocks));
        }
    }

    /** A page on its way from a member. */
    private record Fetch(int page, Peer source) {}

    /** A change that the target has not acknowledged when it was sent. */
    private record UnderWay(long seq, long bytes, long since) {}

    /** A target joins when it is at most this many changes behind; it then has to keep up. */
    private static final int CLOSE_BEHIND = 64;

    /** Beyond this, what is on its way to the target takes too much memory, here and there. */
    private static final long FAR_BEHIND_BYTES = 24L << 20;

    private final Scene scene;
    private final Writes writes;
    private final Flushes flushes;
    private final Membership membership;
    private final CopyBudget budget;
    private final Courtesy courtesy;
    private final Peer target;

    private Step step = Step.LISTING;
    private final BlockSet stale;
    private long listAtTarget;
    private long listAtSource;
    private int listsToCome = 2;
    private final Map<Long, Fetch> fetching = new HashMap<>();
    private final Set<Integer> locked = new HashSet<>();
    private final Set<Long> copying = new HashSet<>();
    private final Unreadable unreadable = new Unreadable();
    private final BlockSet putOff = new BlockSet();
    private boolean lastResort;
    private final ArrayDeque<UnderWay> underWay = new ArrayDeque<>();
    private long bytesUnderWay;
    private long laggedAt;
    private long joinRequest;
    private boolean ready;
    private @Nullable Peer listSource;

    Resync(
            Scene scene,
            Writes writes,
            Flushes flushes,
            Membership membership,
            CopyBudget budget,
            Courtesy courtesy,
            Peer target) {
        this.scene = scene;
        this.writes = writes;
        this.flushes = flushes;
        this.membership = membership;
        this.budget = budget;
        this.courtesy = courtesy;
        this.target = target;
        this.laggedAt = scene.now();
        this.stale = new BlockSet(target.stale());
    }

    Peer target() {
        return target;
    }

    /** False if there is no member to list from now; try again later. */
    boolean begin() {
        Optional<Peer> source = members().min(Comparator.comparing(peer -> !peer.local()));
        if (source.isEmpty()) {
            return false;
        }
        long shared = SharedHistory.lastShared(target.last(), scene.row().history());
        listSource = source.get();
        listAtTarget = scene.nextRequest();
        listAtSource = scene.nextRequest();
        // What is not yet on every mirror, and what comes until the start, is stale too.
        for (OpenWrite write : writes.open()) {
            stale.add(write.range());
        }
        scene.send(target, new MirrorRequest.ListChanged(listAtTarget, shared));
        scene.send(source.get(), new MirrorRequest.ListChanged(listAtSource, shared));
        return true;
    }

    /** A change got its seq. */
    void sequenced(JournalRecord.Write record) {
        BlockRange range = record.change().range();
        if (record.change() instanceof Change.Data && step != Step.LISTING) {
            underWay.add(new UnderWay(record.position().seq(), range.bytes(), scene.now()));
            bytesUnderWay += range.bytes();
        }
        if (step == Step.LISTING) {
            stale.add(range);
        } else {
            stale.remove(range); // the target received it on its stream
            putOff.remove(range);
        }
    }

    void received(MirrorReply.Changed reply) {
        if (step != Step.LISTING || (reply.id() != listAtTarget && reply.id() != listAtSource)) {
            return;
        }
        stale.addAll(reply.blocks());
        if (--listsToCome > 0) {
            return;
        }
        step = Step.COPYING;
        Position start = new Position(scene.epoch, writes.lastSeq());
        long id = scene.nextRequest();
        copying.add(id);
        scene.send(target, new MirrorRequest.StartResync(id, start, new BlockSet(stale)));
        target.startedAt(start.seq());
        writes.receives(target, true);
        scene.port.noted(new Note.ResyncStarted(scene.extent(), target.mirror(), stale.size()));
        advance();
    }

    /** Copies on, joins, proposes: whatever can be done now. */
    void advance() {
        switch (step) {
            case LISTING, PROPOSED -> {}
            case COPYING -> {
                copyOn();
                joinIfDone();
            }
            case JOINING -> proposeIfReady();
        }
    }

    private void copyOn() {
        long now = scene.now();
        boolean nothingLeft = stale.isEmpty() && putOff.isEmpty();
        if (nothingLeft || outOfRoom() || !courtesy.mayBegin(underWay(), now) || !budget.any(now)) {
            return; // asked at every answer of a mirror: the pages are not looked at in vain
        }
        for (int page : stale.pages()) {
            Optional<Part> part = writes.locked(page) ? Optional.empty() : part(page);
            if (part.isEmpty()) {
                continue; // another resync copies it, or nobody can read any of it now
            }
            if (!budget.take((long) Blocks.SIZE * part.get().blocks(), now)) {
                return;
            }
            courtesy.begins(now);
            locked.add(page);
            writes.lock(page, () -> fetch(page));
            if (!courtesy.mayBegin(underWay(), now)) {
                return;
            }
        }
        if (underWay() == 0 && !putOff.isEmpty()) {
            lastResort = true; // what gives room back was copied: the target has the last word
            stale.addAll(putOff);
            putOff.clear();
            copyOn();
        }
    }

    private int underWay() {
        return locked.size() + copying.size();
    }

    /** The page is locked and no write to it is open. */
    private void fetch(int page) {
        Optional<Part> part = part(page);
        if (part.isEmpty()) {
            unlock(page);
            return;
        }
        Peer source = part.get().source();
        long id = scene.nextRequest();
        fetching.put(id, new Fetch(page, source));
        scene.send(source, new MirrorRequest.ReadImage(id, page, part.get().mask()));
    }

    /** What of a page is to be copied next and from whom: the most that one member can read. */
    private Optional<Part> part(int page) {
        int blocks = courtesy.blocks(scene.now());
        return members()
                .map(peer ->
                        new Part(
                                peer,
                                unreadable.without(
                                        peer.mirror(), page, stale.mask(page), scene.now())))
                .filter(part -> part.blocks() > 0)
                .min(
                        Comparator.comparingInt((Part part) -> -part.blocks())
                                .thenComparing(part -> !part.source().local()))
                .map(part -> part.first(blocks));
    }

    private Stream<Peer> members() {
        return scene.peers().stream()
                .filter(peer ->
                        peer != target && peer.ready() && scene.member(peer) && !peer.suspect());
    }

    void received(MirrorReply.Image reply) {
        Fetch fetch = fetching.remove(reply.id());
        if (fetch == null) {
            return;
        }
        if (!lastResort && !Room.fits(target, reply.image().data().bytes().length)) {
            putOff(reply.image());
            return;
        }
        long id = scene.nextRequest();
        copying.add(id);
        scene.send(target, new MirrorRequest.CopyPage(id, reply.image()));
        stale.removePage(fetch.page(), reply.image().mask());
        scene.port.noted(
                new Note.BlocksCopied(
                        scene.extent(),
                        target.mirror(),
                        reply.image().indexes().length,
                        stale.size() + putOff.size()));
        unlock(fetch.page());
    }

    /** There is no room for these blocks: first what takes none, it may give some back. */
    private void putOff(PageImage image) {
        stale.removePage(image.page(), image.dataMask());
        putOff.addPage(image.page(), image.dataMask());
        unlock(image.page());
        ended();
    }

    private void ended() {
        if (underWay() == 0) {
            courtesy.ended(scene.now());
        }
        advance();
    }

    /** True if the reply was to a fetch of this resync: another member is tried. */
    boolean received(MirrorReply.Corrupt reply) {
        Fetch fetch = fetching.remove(reply.id());
        if (fetch == null) {
            return false;
        }
        int page = fetch.page();
        unreadable.add(fetch.source().mirror(), page, reply.bad(), scene.now());
        for (long block : reply.bad()) {
            if (members().allMatch(peer -> unreadable.contains(peer.mirror(), page, block))
                    && unreadable.report(block)) {
                scene.port.noted(new Note.BlockUnreadable(scene.extent(), block));
            }
        }
        unlock(page);
        return true;
    }

    private void unlock(int page) {
        locked.remove(page);
        writes.unlock(page);
    }

    void received(MirrorReply.Copied reply) {
        if (copying.remove(reply.id())) {
            ended();
        }
    }

    private void joinIfDone() {
        if (!stale.isEmpty()
                || !putOff.isEmpty()
                || outOfRoom()
                || !copying.isEmpty()
                || !locked.isEmpty()
                || writes.lastSeq() - target.acked() > CLOSE_BEHIND
                || !membership.mayJoin(target, laggedAt)) {
            return;
        }
        step = Step.JOINING;
        // From here on nothing is acknowledged or flushed without it: what its own flush below does
        // not cover, a flush of a client does (H7).
        scene.joins(target);
        flushes.resend(target);
        joinRequest = scene.nextRequest();
        scene.send(target, new MirrorRequest.JoinReady(joinRequest, writes.lastSeq()));
    }

    /** Whether a change was kept from the target because its device is full: it has a gap. */
    boolean outOfRoom() {
        return step == Step.COPYING && !writes.receives(target);
    }

    /** Whether the target has stopped keeping up, so that nobody should wait for it. */
    boolean stalled() {
        long now = scene.now();
        return switch (step) {
            case PROPOSED -> false;
            case LISTING -> silent(now);
            case COPYING -> silent(now) || bytesBehind(now) > FAR_BEHIND_BYTES;
            case JOINING ->
                    silent(now) || now - writes.lacksSince(target) > scene.timing.slowLimit();
        };
    }

    private long bytesBehind(long now) {
        while (!underWay.isEmpty() && underWay.peek().seq() <= target.acked()) {
            bytesUnderWay -= underWay.remove().bytes();
        }
        if (!underWay.isEmpty() && now - underWay.peek().since() > scene.timing.slowLimit() / 10) {
            laggedAt = now;
        }
        return bytesUnderWay;
    }

    private boolean silent(long now) {
        return target.silentFor(now) > scene.timing.stallLimit();
    }

    void received(MirrorReply.Ready reply) {
        if (reply.id() == joinRequest) {
            ready = true;
            target.trusted(); // it has said so durably
            proposeIfReady();
        }
    }

    private void proposeIfReady() {
        if (ready && target.promiseHolds(scene.now()) && !membership.busy()) {
            step = Step.PROPOSED;
            membership.add(target);
        }
    }

    /** Once proposed it may be a member already, whatever becomes of its session (H1). */
    boolean proposed() {
        return step == Step.PROPOSED;
    }

    /** A session on which this resync's requests depend is over. */
    boolean dependsOn(Peer peer) {
        return peer == target || (step == Step.LISTING && peer == listSource);
    }

    /** A member went away: what it was to read is fetched from another. */
    void sourceLost(Peer source) {
        for (Map.Entry<Long, Fetch> entry : List.copyOf(fetching.entrySet())) {
            if (entry.getValue().source() == source) {
                fetching.remove(entry.getKey());
                unlock(entry.getValue().page());
            }
        }
    }

    /** Gives up; the target keeps what was copied and what is noted as stale. */
    void abandon() {
        writes.receives(target, false);
        if (step == Step.JOINING) {
            scene.joinsNot(target);
        }
        fetching.clear();
        for (int page : List.copyOf(locked)) {
            unlock(page);
        }
    }
}
