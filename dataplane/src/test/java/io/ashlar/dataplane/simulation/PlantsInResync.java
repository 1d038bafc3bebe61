package io.ashlar.dataplane.simulation;

import io.ashlar.common.block.BlockSet;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.message.ToMirror;

/** Bugs of a resync. */
final class PlantsInResync {

    private PlantsInResync() {}

    static final class WrongSeq implements Plant {
        @Override
        public void send(Tenure from, Link link, ToMirror message) {
            link.send(
                    message.request() instanceof MirrorRequest.ListChanged list
                            ? with(
                                    message,
                                    new MirrorRequest.ListChanged(list.id(), list.after() + 1))
                            : message);
        }
    }

    private static ToMirror with(ToMirror message, MirrorRequest request) {
        return new ToMirror(message.mirror(), message.epoch(), message.conn(), request);
    }

    /** What the target changed after the last shared seq is not asked for. */
    static final class SourceOnly implements Plant {
        @Override
        public void deliver(Tenure to, FromMirror message) {
            boolean fromTarget =
                    !to.world()
                            .row(to.world().extentOf(message.mirror()))
                            .inSync()
                            .contains(message.mirror());
            if (message.reply() instanceof MirrorReply.Changed changed && fromTarget) {
                MirrorReply nothing = new MirrorReply.Changed(changed.id(), new BlockSet());
                to.received(
                        new FromMirror(message.mirror(), message.epoch(), message.conn(), nothing));
            } else {
                to.received(message);
            }
        }
    }

    /** A copy arrives after writes that were sent later. */
    static final class LateCopy implements Plant {
        @Override
        public void send(Tenure from, Link link, ToMirror message) {
            if (message.request() instanceof MirrorRequest.CopyPage) {
                from.life().after(Nanos.millis(30), () -> link.send(message));
            } else {
                link.send(message);
            }
        }
    }
}
