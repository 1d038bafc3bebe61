package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.message.ToMirror;
import java.util.HashMap;
import java.util.Map;

/** Bugs of an operator's override. */
final class PlantsInOverrides {

    private PlantsInOverrides() {}

    /** What the mirror that goes on lacked is taken as it is, under the seqs that it had. */
    static final class OldSeqs implements Plant {

        private final Map<MirrorId, PageImage> read = new HashMap<>();

        @Override
        public void deliver(Tenure to, FromMirror message) {
            if (message.reply() instanceof MirrorReply.Image image) {
                read.put(message.mirror(), image.image());
            }
            to.received(message);
        }

        @Override
        public void send(Tenure from, Link link, ToMirror message) {
            link.send(
                    message.request() instanceof MirrorRequest.CopyPage copy && !from.serves()
                            ? new ToMirror(
                                    message.mirror(),
                                    message.epoch(),
                                    message.conn(),
                                    new MirrorRequest.CopyPage(
                                            copy.id(),
                                            read.getOrDefault(message.mirror(), copy.image())))
                            : message);
        }
    }
}
