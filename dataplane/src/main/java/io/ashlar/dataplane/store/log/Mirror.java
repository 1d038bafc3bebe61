package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.BlockSet;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.store.MirrorLabel;
import io.ashlar.dataplane.store.StoredMirror;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** One mirror in memory: its row, and what follows from replaying its records. */
final class Mirror {

    final BlockMap map;
    final TailIndex tail;
    MirrorRow row;
    Position last = Position.START;
    BlockSet stale = new BlockSet();
    long floor;

    Mirror(MirrorRow row, Device device) {
        this.row = row;
        this.tail = new TailIndex(device.segments);
        this.map = new BlockMap(row.label().extentBlocks(), device, () -> last.seq());
    }

    /** Gives it another name or more blocks. */
    void relabel(MirrorLabel label) {
        map.grow(label.extentBlocks());
        row = row.with(label);
    }

    /** Its state but for the pages of its map. */
    MapRoot.MirrorImage image() {
        return new MapRoot.MirrorImage(
                row.id().value(),
                row.birth(),
                last,
                floor,
                StaleBody.encode(stale),
                tail.first(),
                tail.entries(),
                List.of());
    }

    void restore(MapRoot.MirrorImage image) {
        last = image.last();
        floor = image.floor();
        stale = StaleBody.decode(ByteBuffer.wrap(image.stale()).order(ByteOrder.LITTLE_ENDIAN));
        tail.restart(image.tailFirst());
        for (long entry : image.tail()) {
            tail.add(tail.end(), entry);
        }
        map.restore(image.pages());
    }

    boolean holds(BlockRange range) {
        return range.end() <= row.label().extentBlocks();
    }

    StoredMirror stored() {
        return new StoredMirror(row.id(), row.label(), row.standing(), last, new BlockSet(stale));
    }
}
