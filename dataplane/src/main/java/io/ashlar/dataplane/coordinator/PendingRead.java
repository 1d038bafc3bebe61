package io.ashlar.dataplane.coordinator;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.Payload;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.volume.Reply;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A read, or a survey of kinds, on its way: where it was sent, what came back, what it waits for.
 */
final class PendingRead {

    /** Called for every bad block that a good copy was found for. */
    interface RepairVisitor {
        void repair(MirrorId mirror, long block, long seq, Payload payload);
    }

    private record Bad(MirrorId mirror, MirrorReply.Corrupt reply) {}

    private final BlockRange range;
    private final @Nullable Reply<Payload> blocksReply;
    private final @Nullable Reply<byte[]> kindsReply;
    private final List<Bad> bad = new ArrayList<>();
    private @Nullable Peer peer;
    private @Nullable Payload blocks;
    private byte @Nullable [] kinds;
    private long waitsFor;
    private boolean placed;

    private PendingRead(
            BlockRange range, @Nullable Reply<Payload> blocks, @Nullable Reply<byte[]> kinds) {
        this.range = range;
        this.blocksReply = blocks;
        this.kindsReply = kinds;
    }

    static PendingRead ofBlocks(BlockRange range, Reply<Payload> reply) {
        return new PendingRead(range, reply, null);
    }

    static PendingRead ofKinds(BlockRange range, Reply<byte[]> reply) {
        return new PendingRead(range, null, reply);
    }

    BlockRange range() {
        return range;
    }

    boolean survey() {
        return kindsReply != null;
    }

    /** Its place is behind a change that is open. */
    void place(long behindSeq) {
        placed = true;
        waitsFor(behindSeq);
    }

    boolean placed() {
        return placed;
    }

    /** Not before this seq has committed. */
    long waitsFor() {
        return waitsFor;
    }

    void waitsFor(long seq) {
        waitsFor = Math.max(waitsFor, seq);
    }

    void sentTo(Peer source, long now) {
        peer = source;
    }

    boolean sentTo(Peer other) {
        return peer == other;
    }

    Peer peer() {
        return Optional.ofNullable(peer).orElseThrow();
    }

    void unsent() {
        peer = null;
        blocks = null;
        kinds = null;
    }

    void fetched(Payload payload) {
        blocks = payload;
    }

    void fetched(byte[] found) {
        kinds = found;
    }

    boolean fetched() {
        return blocks != null || kinds != null;
    }

    void corruptAt(MirrorId mirror, MirrorReply.Corrupt reply) {
        bad.add(new Bad(mirror, reply));
        unsent();
    }

    boolean avoids(MirrorId mirror) {
        return bad.stream().anyMatch(b -> b.mirror().equals(mirror));
    }

    boolean triedAll(Collection<MirrorId> members) {
        return members.stream().allMatch(this::avoids);
    }

    void eachRepair(RepairVisitor visitor) {
        Payload good = blocks;
        if (good == null) {
            return;
        }
        for (Bad entry : bad) {
            for (int i = 0; i < entry.reply().bad().length; i++) {
                long block = entry.reply().bad()[i];
                int index = (int) (block - range.first());
                visitor.repair(
                        entry.mirror(), block, entry.reply().seqs()[i], good.slice(index, 1));
            }
        }
        bad.clear();
    }

    void finish() {
        if (blocksReply != null && blocks != null) {
            blocksReply.done(blocks);
        } else if (kindsReply != null && kinds != null) {
            kindsReply.done(kinds);
        }
    }

    void fail(ErrorCode code, String message) {
        if (blocksReply != null) {
            blocksReply.failed(code, message);
        } else if (kindsReply != null) {
            kindsReply.failed(code, message);
        }
    }
}
