package io.ashlar.dataplane.simulation;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.MirrorReply;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/** Bugs in what mirrors tell of their devices' room. */
final class PlantsInRoom {

    private PlantsInRoom() {}

    private static void say(Link link, FromMirror reply, LongUnaryOperator room) {
        MirrorReply instead =
                switch (reply.reply()) {
                    case MirrorReply.Fenced(var last, var suspect, var stale, var floor, var old) ->
                            new MirrorReply.Fenced(
                                    last, suspect, stale, floor, room.applyAsLong(old));
                    case MirrorReply.Promised(var id, var old) ->
                            new MirrorReply.Promised(id, room.applyAsLong(old));
                    case MirrorReply.Written(var through, var old) ->
                            new MirrorReply.Written(through, room.applyAsLong(old));
                    default -> reply.reply();
                };
        link.reply(new FromMirror(reply.mirror(), reply.epoch(), reply.conn(), instead));
    }

    /** What others filled or freed since its own last append is not noticed. */
    static final class Own implements Plant {

        private final Map<MirrorId, Long> told = new HashMap<>();

        @Override
        public void say(MirrorShell from, Link link, FromMirror reply) {
            if (reply.reply() instanceof MirrorReply.Written written) {
                told.put(from.id(), written.roomBytes());
            }
            PlantsInRoom.say(link, reply, room -> told.getOrDefault(from.id(), Long.MAX_VALUE));
        }
    }

    /** What is kept for changes that are on their way is given away. */
    static final class NoMargin implements Plant {
        @Override
        public void say(MirrorShell from, Link link, FromMirror reply) {
            long more = (long) ModelDevice.MARGIN << Blocks.SHIFT;
            PlantsInRoom.say(link, reply, room -> room < more ? room + more : room);
        }
    }
}
