package io.ashlar.dataplane.mirror;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.store.Roster;
import io.ashlar.dataplane.store.Standing;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Supplier;

/**
 * Carries out the requests of the admitted session. Each is checked against the session when it
 * arrives (by {@link Mirror}), submitted to the device in that order, and answered only if the
 * session is still the same.
 */
final class Requests {

    private static final int TAIL_BYTES = 1 << 20;

    private final Mirror mirror;
    private final Journal journal;
    private final MirrorPort port;

    /**
     * What came behind a resync start that the device has not answered yet. A write behind one that
     * is refused could continue the old journal, and what was to be noted as stale would be lost.
     */
    private final ArrayDeque<MirrorRequest> behindStart = new ArrayDeque<>();

    private boolean starting;

    Requests(Mirror mirror, Journal journal, MirrorPort port) {
        this.mirror = mirror;
        this.journal = journal;
        this.port = port;
    }

    void handle(MirrorRequest request) {
        boolean signOfLife =
                request instanceof MirrorRequest.Ask || request instanceof MirrorRequest.Release;
        if (starting && !signOfLife) {
            behindStart.add(request);
            return;
        }
        switch (request) {
            case MirrorRequest.Fence _ -> throw new IllegalStateException("a fence is no request");
            case MirrorRequest.Ask ask -> ask(ask);
            case MirrorRequest.Release _ -> mirror.releasePromise();
            case MirrorRequest.Write write -> write(write.record());
            case MirrorRequest.Flush flush -> flush(flush);
            case MirrorRequest.Member member -> member(member.roster());
            case MirrorRequest.Read read -> inquire(new StoreRequest.Read(read.range()), read.id());
            case MirrorRequest.Survey survey ->
                    inquire(new StoreRequest.Survey(survey.range()), survey.id());
            case MirrorRequest.ListChanged list ->
                    inquire(new StoreRequest.ListChanged(list.after()), list.id());
            case MirrorRequest.ReadTail tail ->
                    inquire(
                            new StoreRequest.ReadTail(tail.from(), tail.to(), TAIL_BYTES),
                            tail.id());
            case MirrorRequest.ReadImage image ->
                    inquire(new StoreRequest.ReadImage(image.page(), image.mask()), image.id());
            case MirrorRequest.StartResync start -> {
                starting = true;
                append(
                        new JournalRecord.ResyncStart(start.start(), start.stale()),
                        () -> new MirrorReply.Copied(start.id()));
            }
            case MirrorRequest.CopyPage copy ->
                    append(
                            new JournalRecord.CopyPage(copy.image()),
                            () -> new MirrorReply.Copied(copy.id()));
            case MirrorRequest.JoinReady join -> joinReady(join);
            case MirrorRequest.Repair repair ->
                    port.submit(
                            new StoreRequest.Append(
                                    new JournalRecord.Repair(
                                            repair.block(), repair.seq(), repair.payload())),
                            answer -> {});
        }
    }

    private void ask(MirrorRequest.Ask ask) {
        journal.raiseFloor(ask.floor());
        if (mirror.promise()) {
            mirror.reply(mirror.session(), new MirrorReply.Promised(ask.id(), port.roomBytes()));
        }
    }

    private void write(JournalRecord.Write record) {
        long seq = record.position().seq();
        if (seq < journal.nextSeq()) {
            if (seq <= journal.last().seq()) {
                mirror.reply(mirror.session(), written());
            } // else its first copy is under way and will be answered
        } else if (seq == journal.nextSeq()) {
            append(record, this::written);
        } else {
            mirror.fail(
                    mirror.session(),
                    ErrorCode.INVALID,
                    "write " + seq + " after " + (journal.nextSeq() - 1) + " would leave a gap");
        }
    }

    private MirrorReply written() {
        return new MirrorReply.Written(journal.last().seq(), port.roomBytes());
    }

    private void append(JournalRecord record, Supplier<MirrorReply> reply) {
        Session asked = mirror.session();
        journal.submit(record);
        port.submit(
                new StoreRequest.Append(record),
                answer -> {
                    switch (answer) {
                        case StoreAnswer.Done _ -> {
                            journal.appended(record);
                            mirror.reply(asked, reply.get());
                        }
                        case StoreAnswer.Failed failed -> {
                            journal.refused();
                            mirror.fail(asked, failed.code(), failed.message());
                        }
                        default -> throw unexpected(answer);
                    }
                    if (record instanceof JournalRecord.ResyncStart) {
                        started(asked);
                    }
                    mirror.answered();
                });
    }

    /** Goes on with what waited, unless the session has ended. */
    private void started(Session asked) {
        starting = false;
        List<MirrorRequest> held = List.copyOf(behindStart);
        behindStart.clear();
        for (MirrorRequest request : held) {
            if (asked.equals(mirror.session())) {
                handle(request);
            }
        }
    }

    private void flush(MirrorRequest.Flush flush) {
        if (flush.through() >= journal.nextSeq()) {
            mirror.fail(
                    mirror.session(),
                    ErrorCode.INVALID,
                    "flush through " + flush.through() + " without the writes before it");
            return;
        }
        sync(() -> mirror.reply(mirror.session(), new MirrorReply.Flushed(flush.id())));
    }

    /** A failed sync makes the mirror suspect for good: what it covered may be gone (P5). */
    private void sync(Runnable next) {
        Session asked = mirror.session();
        port.submit(
                new StoreRequest.Sync(),
                answer -> {
                    if (answer instanceof StoreAnswer.Failed failed) {
                        mirror.suspect();
                        mirror.fail(asked, failed.code(), failed.message());
                    } else if (asked.equals(mirror.session())) {
                        next.run();
                    }
                });
    }

    private void member(Roster roster) {
        mirror.persist(unsuspected(roster), () -> {});
    }

    private void joinReady(MirrorRequest.JoinReady join) {
        if (join.through() >= journal.nextSeq()) {
            mirror.fail(mirror.session(), ErrorCode.INVALID, "join before its writes");
            return;
        }
        // 1. Everything is durable. 2. Only then the mirror may call itself trustworthy. 3. Only
        // then it may be proposed as a member (H7).
        sync(() -> {
            Session asked = mirror.session();
            mirror.persist(
                    unsuspected(mirror.standing().roster()),
                    () -> mirror.reply(asked, new MirrorReply.Ready(join.id())));
        });
    }

    private Standing unsuspected(Roster roster) {
        Standing now = mirror.standing();
        return new Standing(now.accepted(), false, now.maxTermNanos(), roster);
    }

    private void inquire(StoreRequest request, long id) {
        Session asked = mirror.session();
        port.submit(
                request,
                answer -> {
                    switch (answer) {
                        case StoreAnswer.Blocks blocks ->
                                mirror.reply(asked, new MirrorReply.Blocks(id, blocks.payload()));
                        case StoreAnswer.Changed changed ->
                                mirror.reply(asked, new MirrorReply.Changed(id, changed.blocks()));
                        case StoreAnswer.Kinds kinds ->
                                mirror.reply(asked, new MirrorReply.Kinds(id, kinds.kinds()));
                        case StoreAnswer.Image image ->
                                mirror.reply(asked, new MirrorReply.Image(id, image.image()));
                        case StoreAnswer.Tail tail ->
                                mirror.reply(asked, new MirrorReply.Tail(id, tail.records()));
                        case StoreAnswer.Corrupt corrupt ->
                                mirror.reply(
                                        asked,
                                        new MirrorReply.Corrupt(id, corrupt.bad(), corrupt.seqs()));
                        case StoreAnswer.Failed failed ->
                                mirror.fail(asked, failed.code(), failed.message());
                        case StoreAnswer.Done _, StoreAnswer.Verified _ -> throw unexpected(answer);
                    }
                });
    }

    private static IllegalStateException unexpected(StoreAnswer answer) {
        return new IllegalStateException("the device answered " + answer);
    }
}
