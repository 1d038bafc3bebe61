package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Checksum;
import io.ashlar.dataplane.store.StoreAnswer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from the disk itself what a page of a mirror's map points to, and the page as the last
 * checkpoint stored it. A bad block is what it answers; of a bad page memory has the original, so
 * it is stored anew by the next checkpoint. Made and ended on the device's thread, after all that
 * was appended is in the file.
 */
final class Verification implements Errand {

    private static final Logger LOG = LoggerFactory.getLogger(Verification.class);

    private final Device device;
    private final Mirror mirror;
    private final int page;
    private final Consumer<StoreAnswer> reply;
    private final ByteSource disk;
    private final BlockRead read;
    private final long storedAt;
    private final int storedChecksum;
    private boolean pageWhole = true;

    Verification(Device device, Mirror mirror, int page, Consumer<StoreAnswer> reply) {
        this.device = device;
        this.mirror = mirror;
        this.page = page;
        this.reply = reply;
        this.disk = device.log.onDisk().legible();
        this.read = new BlockRead(disk, Blocks.PER_PAGE);
        MapPage map = mirror.map.page(page);
        for (int i = 0; i < Blocks.PER_PAGE; i++) {
            read.add(i, map, i);
        }
        this.storedAt = mirror.map.storedAt(page);
        this.storedChecksum = mirror.map.storedChecksum(page);
        device.segments.pin(read.locations());
        device.segments.pin(storedAt);
    }

    /** Whether there is anything to read. */
    boolean reads() {
        return storedAt != 0 || read.dataBytes() > 0;
    }

    @Override
    public void run() throws IOException {
        read.run();
        if (storedAt != 0) {
            byte[] bytes = new byte[Blocks.SIZE];
            disk.read(ByteBuffer.wrap(bytes), storedAt);
            pageWhole = Checksum.ofBlock(bytes, 0) == storedChecksum;
        }
    }

    @Override
    public void done() {
        release();
        boolean stored = mirror.map.storedAt(page) == storedAt;
        if (!pageWhole && stored) {
            LOG.warn(
                    "device {}: page {} of the map of mirror {} is damaged and is stored anew",
                    device.superblock.device(),
                    page,
                    mirror.row.id());
            mirror.map.touch(page);
        }
        reply.accept(
                Reads.answer(
                        read,
                        i -> (long) page * Blocks.PER_PAGE + i,
                        () -> new StoreAnswer.Verified(read.dataBytes())));
    }

    @Override
    public void failed(StoreAnswer.Failed answer) {
        release();
        reply.accept(answer);
    }

    private void release() {
        device.segments.unpin(read.locations());
        device.segments.unpin(storedAt);
    }
}
