package io.ashlar.dataplane.coordinator;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.Blocks;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.volume.Done;
import io.ashlar.dataplane.volume.Reply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives changes their seq, sends them to every required mirror and every resync target, and commits
 * them in order once every required mirror has them (P1). A page that is being copied is locked:
 * changes to it queue until it is unlocked, and others until it is known whether there is room for
 * them, before they have a seq.
 */
final class Writes {

    /** A change that waits, without a seq. */
    private record Queued(Change change, Reply<Done> reply) {}

    /** A lock of a page, and what is to be done once no write to it is open. */
    private record PageLock(Optional<Runnable> quiet) {

        static final PageLock GRANTED = new PageLock(Optional.empty());
    }

    /** Told of every change as it gets its seq. */
    interface Listener {
        void sequenced(JournalRecord.Write record);
    }

    private final Scene scene;
    private final Listener listener;
    private final ArrayDeque<OpenWrite> open = new ArrayDeque<>();
    private final Map<Integer, PageLock> locks = new HashMap<>();
    private final Set<Peer> receiving = new HashSet<>();
    private List<Queued> queued = new ArrayList<>();
    private boolean awaitsRoom;
    private long nextSeq = 1;
    private long committed;

    Writes(Scene scene, Listener listener) {
        this.scene = scene;
        this.listener = listener;
    }

    /** The epoch's first seq is fixed. */
    void begin(long firstSeq) {
        nextSeq = firstSeq;
        committed = firstSeq - 1;
    }

    long lastSeq() {
        return nextSeq - 1;
    }

    /** Every change up to this seq is on every required mirror. */
    long committed() {
        return committed;
    }

    Iterable<OpenWrite> open() {
        return open;
    }

    void submit(Change change, Reply<Done> reply) {
        Queued asked = new Queued(change, reply);
        if (!place(asked)) {
            refuse(asked);
        }
    }

    /** Gives a change its seq, or has it wait; false if there is no room for it (P8). */
    private boolean place(Queued asked) {
        Change change = asked.change();
        if (mustQueue(change)) {
            queued.add(asked);
            return true;
        }
        Room.Verdict room = Room.verdict(scene.required(), Room.cost(change));
        switch (room) {
            case THERE -> sequence(change, asked.reply());
            case NOT_YET -> {
                awaitsRoom = true;
                queued.add(asked);
            }
            case NONE -> {}
        }
        return room != Room.Verdict.NONE;
    }

    private void refuse(Queued asked) {
        asked.reply()
                .failed(ErrorCode.NO_SPACE, "a device of extent " + scene.extent() + " is full");
    }

    private boolean mustQueue(Change change) {
        if (locks.isEmpty() && queued.isEmpty()) {
            return false;
        }
        // Behind one that waits for room none with less to write overtakes it for ever.
        return (awaitsRoom && change instanceof Change.Data)
                || locked(change.range())
                || queued(change.range());
    }

    /** Room may have come: takes up what waits for it. */
    void roomTold() {
        if (awaitsRoom) {
            resume();
        }
    }

    /** Takes up what waits, in order, as far as it can go on. */
    private void resume() {
        List<Queued> again = queued;
        queued = new ArrayList<>();
        awaitsRoom = false;
        List<Queued> refused = new ArrayList<>();
        for (Queued asked : again) {
            if (!place(asked)) {
                refused.add(asked);
            }
        }
        refused.forEach(this::refuse); // only now: who hears of it may ask for something new
    }

    private boolean locked(BlockRange range) {
        int last = (int) ((range.end() - 1) / Blocks.PER_PAGE);
        for (int page = (int) (range.first() / Blocks.PER_PAGE); page <= last; page++) {
            if (locks.containsKey(page)) {
                return true;
            }
        }
        return false;
    }

    private void sequence(Change change, Reply<Done> reply) {
        JournalRecord.Write record =
                new JournalRecord.Write(new Position(scene.epoch, nextSeq++), change, committed);
        open.add(new OpenWrite(record, scene.now(), reply));
        MirrorRequest.Write write = new MirrorRequest.Write(record);
        long cost = Room.cost(change);
        for (Peer peer : scene.peers()) {
            if (receives(peer, cost)) {
                peer.onItsWay(peer.onItsWay() + cost);
                if (peer.ready()) {
                    scene.send(peer, write);
                }
            }
        }
        listener.sequenced(record);
    }

    /**
     * A mirror that is not required receives changes only while its resync says so, and its device
     * has room: what another mirror's clients write is no reason to fill it to the brim.
     */
    private boolean receives(Peer peer, long cost) {
        if (scene.required(peer)) {
            return true;
        }
        if (receiving.contains(peer) && !Room.fits(peer, cost)) {
            receiving.remove(peer);
        }
        return receiving.contains(peer);
    }

    /** Whether a resync target gets all changes: not if one found no room. */
    boolean receives(Peer target) {
        return receiving.contains(target);
    }

    void receives(Peer target, boolean yes) {
        if (yes) {
            receiving.add(target);
        } else {
            receiving.remove(target);
        }
    }

    /** A mirror has told its room anew: counts what is on its way there, if that matters. */
    void count(Peer peer) {
        long onItsWay = 0;
        if (Room.scarce(peer)) {
            for (OpenWrite write : open) {
                onItsWay += write.seq() > peer.acked() ? Room.cost(write.record().change()) : 0;
            }
        }
        peer.onItsWay(onItsWay);
    }

    /** Sends a member whose session is new what it does not have. */
    void resend(Peer peer) {
        for (OpenWrite write : open) {
            if (write.seq() > peer.acked()) {
                scene.send(peer, new MirrorRequest.Write(write.record()));
            }
        }
    }

    /** Commits and answers what every required mirror has; true if anything was. */
    boolean commit() {
        long everywhere = Long.MAX_VALUE;
        for (Peer peer : scene.required()) {
            everywhere = Math.min(everywhere, peer.acked());
        }
        boolean any = false;
        while (!open.isEmpty() && open.peek().seq() <= everywhere) {
            OpenWrite done = open.remove();
            committed = done.seq();
            any = true;
            done.reply().done(Done.DONE);
        }
        if (any) {
            grantLocks();
        }
        roomTold();
        return any;
    }

    /** Whether no change is open, or waits for a page. */
    boolean quiet() {
        return open.isEmpty() && queued.isEmpty();
    }

    /** Whether {@code peer} has every open write. */
    boolean hasAll(Peer peer) {
        return open.isEmpty() || peer.acked() >= open.getLast().seq();
    }

    /** When the oldest write that {@code peer} lacks was sequenced; now if it lacks none. */
    long lacksSince(Peer peer) {
        for (OpenWrite write : open) {
            if (write.seq() > peer.acked()) {
                return write.sequencedAt();
            }
        }
        return scene.now();
    }

    /** The highest seq of an open write that overlaps {@code range}; 0 if none does. */
    long lastOverlap(BlockRange range) {
        for (Iterator<OpenWrite> it = open.descendingIterator(); it.hasNext(); ) {
            OpenWrite write = it.next();
            if (write.range().overlaps(range)) {
                return write.seq();
            }
        }
        return 0;
    }

    /** Whether a change that has no seq yet overlaps {@code range}. */
    boolean queued(BlockRange range) {
        for (Queued write : queued) {
            if (write.change().range().overlaps(range)) {
                return true;
            }
        }
        return false;
    }

    boolean locked(int page) {
        return locks.containsKey(page);
    }

    /** Locks a page; {@code quiet} runs, perhaps at once, when no write to it is open. */
    void lock(int page, Runnable quiet) {
        locks.put(page, new PageLock(Optional.of(quiet)));
        grantLocks();
    }

    void unlock(int page) {
        if (locks.remove(page) != null && !queued.isEmpty()) {
            resume();
        }
    }

    private void grantLocks() {
        if (locks.isEmpty()) {
            return;
        }
        for (int page : List.copyOf(locks.keySet())) {
            PageLock lock = locks.getOrDefault(page, PageLock.GRANTED);
            long first = (long) page * Blocks.PER_PAGE;
            if (lock.quiet().isPresent()
                    && lastOverlap(new BlockRange(first, Blocks.PER_PAGE)) == 0) {
                locks.put(page, PageLock.GRANTED);
                lock.quiet().get().run();
            }
        }
    }
}
