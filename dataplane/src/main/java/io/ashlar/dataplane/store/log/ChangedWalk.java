package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.BlockSet;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.store.StoreAnswer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Lists the blocks of a mirror that hold a change above a seq. Changes that are appended meanwhile
 * may be among them or not: who asks sends them on anyway.
 */
final class ChangedWalk implements LongWork.Job {

    private final Mirror mirror;
    private final long after;
    private final BooleanSupplier exists;
    private final Consumer<StoreAnswer> reply;
    private final BlockSet changed = new BlockSet();
    private int next;

    ChangedWalk(Mirror mirror, long after, BooleanSupplier exists, Consumer<StoreAnswer> reply) {
        this.mirror = mirror;
        this.after = after;
        this.exists = exists;
        this.reply = reply;
    }

    @Override
    public boolean step(int pages) {
        if (!exists.getAsBoolean()) {
            String message = "mirror " + mirror.row.id() + " was dropped";
            reply.accept(new StoreAnswer.Failed(ErrorCode.NOT_FOUND, message));
            return true;
        }
        next = mirror.map.changedAfter(after, next, pages, changed);
        if (next < mirror.map.pages()) {
            return false;
        }
        reply.accept(new StoreAnswer.Changed(changed));
        return true;
    }

    @Override
    public void failed(StoreAnswer.Failed failed) {
        reply.accept(failed);
    }
}
