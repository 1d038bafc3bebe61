package io.ashlar.dataplane.simulation;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.BlockSet;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Bugs of a mirror. */
final class PlantsInMirrors {

    private PlantsInMirrors() {}

    /** Every fence is presented as the newest session of the highest epoch seen. */
    static final class AnyEpoch implements Plant {

        private record Session(Life at, MirrorId mirror, long link, long epoch, long conn) {}

        private record Presented(Life at, MirrorId mirror, long conn) {}

        private final Map<MirrorId, Long> highest = new HashMap<>();
        private final Map<Session, Long> presented = new HashMap<>();
        private final Map<Presented, Session> original = new HashMap<>();
        private long nextConn = 1;

        @Override
        public void arrive(Life at, long link, ToMirror message) {
            MirrorId mirror = message.mirror();
            Session session = new Session(at, mirror, link, message.epoch(), message.conn());
            long epoch = highest.merge(mirror, message.epoch(), Math::max);
            if (message.request() instanceof MirrorRequest.Fence) {
                original.put(new Presented(at, mirror, nextConn), session);
                presented.put(session, nextConn++);
            }
            long conn = presented.getOrDefault(session, 0L);
            at.received(link, new ToMirror(mirror, epoch, conn, message.request()));
        }

        @Override
        public void say(MirrorShell from, Link link, FromMirror reply) {
            Session session =
                    original.get(new Presented(from.life(), reply.mirror(), reply.conn()));
            if (session != null) {
                link.reply(
                        new FromMirror(
                                reply.mirror(), session.epoch(), session.conn(), reply.reply()));
            }
        }
    }

    /** A fence is answered with where the mirror stood a little before. */
    static final class NotDrained implements Plant {

        private record Append(Position before, long at) {}

        private final Map<MirrorId, Append> newest = new HashMap<>();

        @Override
        public void submit(MirrorShell from, StoreRequest request, Consumer<StoreAnswer> answer) {
            if (request instanceof StoreRequest.Append append
                    && append.record() instanceof JournalRecord.Write write) {
                Position p = write.position();
                Position before = new Position(p.epoch(), p.seq() - 1);
                long now = from.life().server().world().agenda().now();
                newest.put(from.id(), new Append(before, now));
            }
            Plant.super.submit(from, request, answer);
        }

        @Override
        public void say(MirrorShell from, Link link, FromMirror reply) {
            Append append = newest.get(from.id());
            long now = from.life().server().world().agenda().now();
            if (reply.reply() instanceof MirrorReply.Fenced fenced
                    && append != null
                    && now - append.at() < Nanos.millis(50)
                    && fenced.last().seq() == append.before().seq() + 1) {
                MirrorReply early =
                        new MirrorReply.Fenced(
                                append.before(),
                                fenced.suspect(),
                                fenced.stale(),
                                fenced.floor(),
                                fenced.roomBytes());
                link.reply(new FromMirror(reply.mirror(), reply.epoch(), reply.conn(), early));
            } else {
                link.reply(reply);
            }
        }
    }

    /** The answer to an append does not wait for the device. */
    static final class Early implements Plant {
        @Override
        public void submit(MirrorShell from, StoreRequest request, Consumer<StoreAnswer> answer) {
            if (request instanceof StoreRequest.Append) {
                Plant.super.submit(from, request, ignored -> {});
                from.life().after(0, () -> answer.accept(new StoreAnswer.Done()));
            } else {
                Plant.super.submit(from, request, answer);
            }
        }
    }

    static final class NoSync implements Plant {
        @Override
        public void submit(MirrorShell from, StoreRequest request, Consumer<StoreAnswer> answer) {
            if (request instanceof StoreRequest.Sync) {
                from.life().after(0, () -> answer.accept(new StoreAnswer.Done()));
            } else {
                Plant.super.submit(from, request, answer);
            }
        }
    }

    /** A hole does not count as changed. */
    static final class TrimForgets implements Plant {
        @Override
        public void submit(MirrorShell from, StoreRequest request, Consumer<StoreAnswer> answer) {
            Plant.super.submit(
                    from,
                    request,
                    got ->
                            answer.accept(
                                    got instanceof StoreAnswer.Changed changed
                                            ? new StoreAnswer.Changed(
                                                    withoutHoles(from, changed.blocks()))
                                            : got));
        }

        private static BlockSet withoutHoles(MirrorShell from, BlockSet changed) {
            ModelMirror mirror = from.life().server().device().mirror(from.id()).orElseThrow();
            BlockSet kept = new BlockSet(changed);
            for (int block = 0; block < mirror.blocks(); block++) {
                if (mirror.cell(block).kind() == PageImage.HOLE) {
                    kept.remove(new BlockRange(block, 1));
                }
            }
            return kept;
        }
    }
}
