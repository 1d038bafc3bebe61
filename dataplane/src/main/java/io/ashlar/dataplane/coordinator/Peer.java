package io.ashlar.dataplane.coordinator;

import io.ashlar.common.block.BlockSet;
import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.Timing;
import io.ashlar.metadata.model.LocationRow;
import java.util.ArrayDeque;

/** What the coordinator knows of one mirror of the extent, and its session with it. */
final class Peer {

    /** Where the session stands. */
    enum State {
        /** None; the link may be down. */
        NONE,
        /** {@code Fence} is sent. */
        FENCING,
        /** {@code Fenced} has come: requests may be sent. */
        READY,
        /** The mirror answered that it cannot serve; tried again later. */
        FAILED
    }

    private record Ask(long id, long queuedAt) {}

    private final LocationRow location;
    private final boolean local;
    private final boolean expected;
    private final ArrayDeque<Ask> asks = new ArrayDeque<>();

    private State state = State.NONE;
    private boolean linkUp;
    private long conn;
    private long stateSince;
    private Position last = Position.START;
    private boolean suspect;
    private BlockSet stale = new BlockSet();
    private long acked;
    private long promisedUntil;
    private boolean promised;
    private long askedAt;
    private long nextAsk = 1;
    private long roomBytes = Long.MAX_VALUE;
    private long onItsWay;
    private int reading;

    Peer(LocationRow location, boolean local, boolean expected, long now) {
        this.location = location;
        this.local = local;
        this.expected = expected;
        this.stateSince = now;
    }

    MirrorId mirror() {
        return location.mirror();
    }

    ServerId server() {
        return location.server();
    }

    DeviceId device() {
        return location.device();
    }

    boolean local() {
        return local;
    }

    /** Whether its server's session was alive when the lease was granted. */
    boolean expected() {
        return expected;
    }

    State state() {
        return state;
    }

    boolean ready() {
        return state == State.READY;
    }

    boolean linkUp() {
        return linkUp;
    }

    long conn() {
        return conn;
    }

    /** The link came up or went down; either ends the session. */
    void link(boolean up, long now) {
        linkUp = up;
        become(State.NONE, now);
    }

    /** Ends the session; the next fence has a higher number. */
    void reset(long now) {
        become(State.NONE, now);
    }

    /** {@code Fence} is being sent: a new session number. */
    long fencing(long now) {
        become(State.FENCING, now);
        return ++conn;
    }

    void fenced(MirrorReply.Fenced answer, long now) {
        become(State.READY, now);
        last = answer.last();
        acked = last.seq();
        suspect = answer.suspect();
        stale = answer.stale();
        roomBytes = answer.roomBytes();
    }

    void failed(long now) {
        become(State.FAILED, now);
    }

    private void become(State next, long now) {
        state = next;
        stateSince = now;
        asks.clear();
        askedAt = now - Long.MAX_VALUE / 2;
        reading = 0;
    }

    /** How long the session has stood where it stands. */
    long inStateFor(long now) {
        return now - stateSince;
    }

    /** As of the last {@code Fenced}. */
    Position last() {
        return last;
    }

    boolean suspect() {
        return suspect;
    }

    void trusted() {
        suspect = false;
    }

    BlockSet stale() {
        return stale;
    }

    /** Every change up to this seq is appended there. */
    long acked() {
        return acked;
    }

    void written(long through, long room) {
        acked = Math.max(acked, through);
        roomBytes = room;
    }

    /** A resync start set the mirror's position. */
    void startedAt(long seq) {
        acked = seq;
    }

    /** What room its device had when it last said so, in bytes. */
    long roomBytes() {
        return roomBytes;
    }

    /** What of that is taken by changes that it has not acknowledged ({@link Room#cost}). */
    long onItsWay() {
        return onItsWay;
    }

    void onItsWay(long bytes) {
        onItsWay = bytes;
    }

    /** Whether it is time to renew the promise. */
    boolean askDue(long now, Timing timing) {
        return now - askedAt >= timing.askEvery();
    }

    /** A promise is being asked for; the answer counts from now. */
    long ask(long now) {
        askedAt = now;
        asks.add(new Ask(nextAsk, now));
        return nextAsk++;
    }

    void promised(MirrorReply.Promised answer, Timing timing) {
        roomBytes = answer.roomBytes();
        while (!asks.isEmpty() && asks.peek().id() <= answer.id()) {
            Ask ask = asks.remove();
            if (ask.id() == answer.id()) {
                promisedUntil =
                        promised
                                ? Math.max(promisedUntil, ask.queuedAt() + timing.reliedOn())
                                : ask.queuedAt() + timing.reliedOn();
                promised = true;
            }
        }
    }

    boolean promiseHolds(long now) {
        return promised && now - promisedUntil < 0;
    }

    /** How long the oldest unanswered {@code Ask} has waited. */
    long silentFor(long now) {
        Ask oldest = asks.peek();
        return oldest == null ? 0 : now - oldest.queuedAt();
    }

    /** Reads under way there. */
    int reading() {
        return reading;
    }

    void reading(int change) {
        reading = Math.max(0, reading + change);
    }
}
