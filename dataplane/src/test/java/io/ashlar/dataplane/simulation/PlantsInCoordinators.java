package io.ashlar.dataplane.simulation;

import io.ashlar.common.block.BlockSet;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.coordinator.Connection;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.message.ToMirror;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Bugs of a coordinator. */
final class PlantsInCoordinators {

    private static final long ROOM = 1L << 40;

    private PlantsInCoordinators() {}

    /** The coordinator hears an answer that nobody gave. */
    private static void forge(Tenure to, ToMirror asked, long delay, MirrorReply reply) {
        to.life()
                .after(
                        delay,
                        () ->
                                to.received(
                                        new FromMirror(
                                                asked.mirror(),
                                                asked.epoch(),
                                                asked.conn(),
                                                reply)));
    }

    static final class NoJoinSync implements Plant {
        @Override
        public void send(Tenure from, Link link, ToMirror message) {
            if (message.request() instanceof MirrorRequest.JoinReady join) {
                forge(from, message, Nanos.micros(100), new MirrorReply.Ready(join.id()));
            } else {
                link.send(message);
            }
        }
    }

    static final class NoAsk implements Plant {
        @Override
        public void send(Tenure from, Link link, ToMirror message) {
            if (message.request() instanceof MirrorRequest.Ask ask) {
                // Only the promise is none: what the device has room for is told as it is.
                long room = from.world().deviceOf(message.mirror()).roomBytes();
                forge(from, message, Nanos.micros(1), new MirrorReply.Promised(ask.id(), room));
            } else {
                link.send(message);
            }
        }
    }

    /** Remembers the session that a coordinator has with each mirror. */
    abstract static class Remembering implements Plant {

        private record Place(Tenure tenure, MirrorId mirror) {}

        private final Map<Place, ToMirror> newest = new LinkedHashMap<>();

        @Override
        public void send(Tenure from, Link link, ToMirror message) {
            newest.put(new Place(from, message.mirror()), message);
            link.send(message);
        }

        /** What holds of one mirror is taken to hold of the others of its extent. */
        void spread(Tenure to, FromMirror message) {
            ExtentId extent = to.world().extentOf(message.mirror());
            for (Map.Entry<Place, ToMirror> entry : List.copyOf(newest.entrySet())) {
                MirrorId other = entry.getKey().mirror();
                if (entry.getKey().tenure() == to
                        && !other.equals(message.mirror())
                        && to.world().row(extent).inSync().contains(other)) {
                    forge(to, entry.getValue(), 0, message.reply());
                }
            }
        }
    }

    static final class OneWord extends Remembering {
        @Override
        public void deliver(Tenure to, FromMirror message) {
            to.received(message);
            if (message.reply() instanceof MirrorReply.Written && to.serves()) {
                spread(to, message);
            }
        }
    }

    static final class OneFlush extends Remembering {
        @Override
        public void deliver(Tenure to, FromMirror message) {
            to.received(message);
            if (message.reply() instanceof MirrorReply.Flushed) {
                spread(to, message);
            }
        }
    }

    /** A laggard's last position is taken for the highest that was heard. */
    static final class NoRoll implements Plant {

        private record Key(Tenure tenure, ExtentId extent) {}

        private final Map<Key, Position> highest = new HashMap<>();

        @Override
        public void deliver(Tenure to, FromMirror message) {
            if (!(message.reply() instanceof MirrorReply.Fenced fenced) || to.serves()) {
                to.received(message);
                return;
            }
            Key key = new Key(to, to.world().extentOf(message.mirror()));
            Position most = highest.merge(key, fenced.last(), (a, b) -> a.compareTo(b) < 0 ? b : a);
            MirrorReply raised =
                    new MirrorReply.Fenced(
                            most,
                            fenced.suspect(),
                            fenced.stale(),
                            fenced.floor(),
                            fenced.roomBytes());
            to.received(new FromMirror(message.mirror(), message.epoch(), message.conn(), raised));
        }
    }

    /** A member that does not answer the fence soon counts as one that lost its data. */
    static final class Hasty implements Plant {
        @Override
        public void send(Tenure from, Link link, ToMirror message) {
            link.send(message);
            if (message.request() instanceof MirrorRequest.Fence && !from.serves()) {
                MirrorReply lost =
                        new MirrorReply.Fenced(Position.START, true, new BlockSet(), 0, ROOM);
                forge(from, message, Nanos.seconds(1), lost);
            }
        }
    }

    /** All connections of an epoch share what they were told. */
    static final class ToldOnce implements Plant {

        private final Map<Tenure, Connection> one = new HashMap<>();

        @Override
        public Connection connection(Tenure to, Connection begun) {
            return one.computeIfAbsent(to, t -> begun);
        }
    }
}
