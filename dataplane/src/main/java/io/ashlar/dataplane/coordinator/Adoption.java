package io.ashlar.dataplane.coordinator;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.BlockSet;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import java.util.Arrays;

/**
 * Makes a mirror whole with which an extent goes on by an operator's override (P6). What a resync
 * had not brought it yet is old, and from now on it is what the extent holds: 1. each such block is
 * copied onto itself, with the next seq, so that it counts as changed to every other mirror, for
 * those may hold something newer under a lower one; the copy also ends its being stale; 2. all is
 * made durable. Only then the activation may be proposed. A crash on the way leaves the rest stale
 * for the next takeover, which gives it the same seq.
 */
final class Adoption {

    private final Scene scene;
    private final Peer member;
    private final long seq;
    private final BlockSet stale;
    private long request;
    private boolean durable;

    /**
     * Of a mirror that answered a fence.
     *
     * @param seq the first that no mirror of the extent's own history has
     */
    Adoption(Scene scene, Peer member, long seq) {
        this.scene = scene;
        this.member = member;
        this.seq = seq;
        this.stale = new BlockSet(member.stale());
    }

    void begin() {
        scene.port.noted(new Note.MirrorAdopted(scene.extent(), member.mirror(), stale.size()));
        next();
    }

    boolean done() {
        return durable;
    }

    private void next() {
        request = scene.nextRequest();
        if (stale.isEmpty()) {
            scene.send(member, new MirrorRequest.Flush(request, seq - 1));
        } else {
            int page = stale.pages().getFirst();
            scene.send(member, new MirrorRequest.ReadImage(request, page, stale.mask(page)));
        }
    }

    void received(MirrorReply reply) {
        if (reply instanceof MirrorReply.Image read && read.id() == request) {
            copy(read.image());
        } else if (reply instanceof MirrorReply.Copied copied && copied.id() == request) {
            next();
        } else if (reply instanceof MirrorReply.Corrupt corrupt && corrupt.id() == request) {
            leaveOut(corrupt.bad());
        } else if (reply instanceof MirrorReply.Flushed flushed && flushed.id() == request) {
            durable = true;
        }
    }

    private void copy(PageImage image) {
        long[] seqs = new long[image.seqs().length];
        Arrays.fill(seqs, seq);
        PageImage renewed =
                new PageImage(image.page(), image.indexes(), seqs, image.kinds(), image.data());
        stale.removePage(image.page(), image.mask());
        request = scene.nextRequest();
        scene.send(member, new MirrorRequest.CopyPage(request, renewed));
    }

    /** Nobody else has what cannot be read here: it stays so, and reads of it fail. */
    private void leaveOut(long[] bad) {
        for (long block : bad) {
            stale.remove(new BlockRange(block, 1));
            scene.port.noted(new Note.BlockUnreadable(scene.extent(), block));
        }
        next();
    }
}
