package io.ashlar.dataplane.mirror;

import io.ashlar.common.block.BlockSet;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.message.Timing;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.store.MirrorLabel;
import io.ashlar.dataplane.store.Standing;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import io.ashlar.dataplane.store.StoredMirror;
import org.jspecify.annotations.Nullable;

/**
 * One mirror: admits coordinators' sessions in the order of their epochs and applies their changes
 * without gaps (PROTOCOL, "Mirror").
 *
 * <p>Owns the mirror's standing and session; runs on one thread. Guarantees that nothing of a
 * session takes effect after a later one was admitted: a session is admitted only when every append
 * of the one before has been answered by the device and the epoch is durable.
 */
public final class Mirror {

    private final MirrorId id;
    private final Timing timing;
    private final MirrorPort port;
    private final Journal journal;
    private final Requests requests;
    private final Promise promise;

    /** As the device has it; null while the device does not hold the mirror. */
    private @Nullable MirrorLabel label;

    private Standing standing;
    private Session session = Session.NONE;
    private @Nullable PendingFence pending;
    private boolean persisting;
    private long accepting;

    private Mirror(
            MirrorId id,
            Timing timing,
            MirrorPort port,
            @Nullable MirrorLabel label,
            Standing standing,
            Position last,
            BlockSet stale) {
        this.id = id;
        this.timing = timing;
        this.port = port;
        this.label = label;
        this.standing = standing;
        this.journal = new Journal(last, stale);
        this.promise = new Promise(port.now(), standing.maxTermNanos());
        this.requests = new Requests(this, journal, port);
    }

    /** A mirror that recovery found on a device. */
    public static Mirror recovered(StoredMirror stored, Timing timing, MirrorPort port) {
        return new Mirror(
                stored.id(),
                timing,
                port,
                stored.label(),
                stored.standing(),
                stored.last(),
                new BlockSet(stored.stale()));
    }

    /** A mirror that is not on the device; the first permitted fence makes it. */
    public static Mirror absent(MirrorId id, Timing timing, MirrorPort port) {
        return new Mirror(id, timing, port, null, Standing.NEW, Position.START, new BlockSet());
    }

    /** Whose it is. */
    public MirrorId id() {
        return id;
    }

    /** Its durable words as last decided; for status displays. */
    public Standing standing() {
        return standing;
    }

    /** Whether the device holds it. */
    public boolean exists() {
        return label != null;
    }

    /** A message arrived over {@code link}. */
    public void received(long link, ToMirror message) {
        if (message.request() instanceof MirrorRequest.Fence fence) {
            onFence(link, message, fence);
        } else if (session.is(message.epoch(), message.conn(), link)) {
            requests.handle(message.request());
        } else if (message.epoch() < highestSeen()) {
            refuse(link, message);
        }
        // Anything else belongs to a superseded session of the current epoch: nobody waits for it.
    }

    /**
     * A scrub found blocks bad: the coordinator is told, who repairs them from another mirror.
     * False if there is none now.
     */
    public boolean scrubbed(StoreAnswer.Corrupt found) {
        if (session.exists()) {
            answer(
                    session,
                    new MirrorReply.Corrupt(
                            MirrorReply.Corrupt.UNASKED, found.bad(), found.seqs()));
        }
        return session.exists();
    }

    /** The time for which the port was asked has come. */
    public void tick() {
        admitIfDue();
    }

    private void onFence(long link, ToMirror message, MirrorRequest.Fence fence) {
        long epoch = message.epoch();
        PendingFence asked = new PendingFence(epoch, message.conn(), link, fence.label());
        if (epoch < highestSeen()) {
            refuse(link, message);
            return;
        }
        if (supersedes(asked)) {
            if (!exists() && !fence.mayCreate()) {
                answer(
                        asked.session(),
                        new MirrorReply.Failed(
                                ErrorCode.NOT_FOUND,
                                "mirror " + id + " is not on device " + fence.device()));
                return;
            }
            if (epoch > session.epoch() && session.exists()) {
                // From now on nothing is renewed for the lower epoch (H19); let it know.
                answer(session, new MirrorReply.Refused(epoch));
            }
            pending = asked;
            admitIfDue();
        }
    }

    /** Whether a fence is newer than the session and the fence that waits. */
    private boolean supersedes(PendingFence asked) {
        boolean afterSession = asked.epoch() > session.epoch() || asked.conn() > session.conn();
        PendingFence waiting = pending;
        boolean afterPending =
                waiting == null || asked.epoch() > waiting.epoch() || asked.conn() > waiting.conn();
        return afterSession && afterPending;
    }

    private long highestSeen() {
        PendingFence waiting = pending;
        return waiting == null
                ? standing.accepted()
                : Math.max(standing.accepted(), waiting.epoch());
    }

    private void refuse(long link, ToMirror message) {
        answer(
                new Session(message.epoch(), message.conn(), link),
                new MirrorReply.Refused(highestSeen()));
    }

    /**
     * Admits the pending session when nothing stands against it. 1. No promise is under way: an
     * older coordinator may still be answering reads. 2. Every append is answered: what the older
     * coordinator sent takes effect before the answer, or never. 3. The epoch is durable.
     */
    private void admitIfDue() {
        PendingFence next = pending;
        if (next == null || persisting) {
            return;
        }
        if (next.epoch() > standing.accepted() && !promise.expired(port.now())) {
            port.wakeAt(promise.until());
            return;
        }
        if (!journal.drained()) {
            return; // answered() comes back here
        }
        session = session.ended(); // whatever of it arrives from here on is not applied
        long maxTerm = Math.max(standing.maxTermNanos(), timing.term());
        boolean labelled = next.label().equals(label);
        if (labelled && next.epoch() == standing.accepted() && maxTerm == standing.maxTermNanos()) {
            admit(next);
            return;
        }
        persisting = true;
        accepting = next.epoch();
        Standing accepted =
                new Standing(next.epoch(), standing.suspect(), maxTerm, standing.roster());
        if (labelled) {
            accept(accepted);
        } else {
            port.submit(
                    new StoreRequest.Create(next.label()),
                    answer -> {
                        if (answer instanceof StoreAnswer.Failed failed) {
                            abandon(failed);
                        } else {
                            label = next.label();
                            accept(accepted);
                        }
                    });
        }
    }

    private void accept(Standing accepted) {
        port.submit(
                new StoreRequest.Persist(accepted),
                answer -> {
                    if (answer instanceof StoreAnswer.Failed failed) {
                        abandon(failed);
                        return;
                    }
                    persisting = false;
                    standing = // a sync may have failed meanwhile
                            new Standing(
                                    accepted.accepted(),
                                    standing.suspect(),
                                    accepted.maxTermNanos(),
                                    standing.roster());
                    PendingFence next = pending;
                    if (next != null && next.epoch() == accepted.accepted()) {
                        admit(next);
                    } else {
                        admitIfDue(); // overtaken by a higher epoch meanwhile
                    }
                });
    }

    private void admit(PendingFence next) {
        session = next.session();
        pending = null;
        answer(
                session,
                new MirrorReply.Fenced(
                        journal.last(),
                        standing.suspect(),
                        new BlockSet(journal.stale()),
                        journal.floor(),
                        port.roomBytes()));
    }

    private void abandon(StoreAnswer.Failed failed) {
        persisting = false;
        PendingFence next = pending;
        pending = null;
        if (next != null) {
            answer(next.session(), new MirrorReply.Failed(failed.code(), failed.message()));
        }
    }

    /** An append or sync was answered: a fence may have waited for it. */
    void answered() {
        admitIfDue();
    }

    Session session() {
        return session;
    }

    /** Grants a promise unless a higher epoch is waiting. */
    boolean promise() {
        if (highestSeen() > session.epoch()) {
            return false;
        }
        promise.grant(port.now(), timing.term());
        return true;
    }

    void releasePromise() {
        promise.release(port.now());
        admitIfDue();
    }

    /** Replaces the standing, then calls {@code next} unless the device fails. */
    void persist(Standing changed, Runnable next) {
        Session asked = session;
        standing = changed;
        port.submit(
                new StoreRequest.Persist(changed),
                answer -> {
                    if (answer instanceof StoreAnswer.Failed failed) {
                        fail(asked, failed.code(), failed.message());
                    } else {
                        next.run();
                    }
                });
    }

    /**
     * A sync failed: from now on, durably if the device still can, the mirror trusts itself no
     * more.
     */
    void suspect() {
        standing =
                new Standing(standing.accepted(), true, standing.maxTermNanos(), standing.roster());
        // A higher epoch may be on its way to the device: it must not be taken back.
        long accepted = Math.max(standing.accepted(), accepting);
        port.submit(
                new StoreRequest.Persist(
                        new Standing(accepted, true, standing.maxTermNanos(), standing.roster())),
                answer -> {});
    }

    /** Tells the coordinator, if its session is still the one that asked. */
    void reply(Session asked, MirrorReply reply) {
        if (asked.equals(session)) {
            answer(session, reply);
        }
    }

    /** Ends the session that asked: the coordinator must fence again. */
    void fail(Session asked, ErrorCode code, String message) {
        if (asked.equals(session)) {
            answer(session, new MirrorReply.Failed(code, message));
            session = session.ended();
        }
    }

    private void answer(Session to, MirrorReply reply) {
        port.say(to.link(), new FromMirror(id, to.epoch(), to.conn(), reply));
    }
}
