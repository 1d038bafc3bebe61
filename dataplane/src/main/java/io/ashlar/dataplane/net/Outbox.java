package io.ashlar.dataplane.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;

/**
 * What a link has yet to give to the network. Frames are copied into direct chunks, and chunks go
 * out at the end of the loop's turn, or when they are full; while the network is behind, a chunk is
 * filled up first, so that what is held stays close to what is waiting. On the link's loop only.
 *
 * <p>Copying is deliberate: NIO copies a heap array to direct memory anyway, and one chunk for many
 * frames spares each a buffer, a promise and an iovec (WIRE.md, "Measured").
 */
final class Outbox {

    private static final int CHUNK_BYTES = 64 << 10;

    private final Channel channel;
    private final long maxBytes;
    private final LinkMetrics metrics;
    private final Runnable progress;

    private ByteBuf chunk = Unpooled.EMPTY_BUFFER;
    private int framesInChunk;
    private long waitingBytes;
    private int chunksInNetwork;
    private boolean turnEndAwaited;

    /**
     * Empty.
     *
     * @param progress called when the network has taken something, and more is waiting
     */
    Outbox(Channel channel, long maxBytes, LinkMetrics metrics, Runnable progress) {
        this.progress = progress;
        this.channel = channel;
        this.maxBytes = maxBytes;
        this.metrics = metrics;
    }

    /** Takes the frame, or returns false if too much is waiting already. */
    boolean add(FrameWriter frame) {
        int length = frame.length();
        if (waitingBytes + length > maxBytes) {
            return false;
        }
        frame.seal();
        while (!frame.moveTo(chunk)) {
            handOver();
            chunk = channel.alloc().directBuffer(CHUNK_BYTES, CHUNK_BYTES);
        }
        framesInChunk++;
        waitingBytes += length;
        awaitTurnEnd();
        return true;
    }

    private void awaitTurnEnd() {
        if (!turnEndAwaited) {
            turnEndAwaited = true;
            channel.eventLoop().execute(this::endTurn);
        }
    }

    private void endTurn() {
        turnEndAwaited = false;
        if (chunksInNetwork == 0) {
            handOver();
        }
        channel.flush();
    }

    private void handOver() {
        int bytes = chunk.readableBytes();
        if (bytes == 0) {
            return;
        }
        metrics.sent(framesInChunk, bytes);
        chunksInNetwork++;
        channel.write(chunk).addListener(_ -> written(bytes));
        chunk = Unpooled.EMPTY_BUFFER;
        framesInChunk = 0;
    }

    private void written(int bytes) {
        waitingBytes -= bytes;
        chunksInNetwork--;
        if (waitingBytes > 0) {
            progress.run();
        }
        if (chunksInNetwork == 0 && chunk.isReadable()) {
            awaitTurnEnd();
        }
    }

    /** Sends at once. */
    void flush() {
        handOver();
        channel.flush();
    }

    /** Lets go of what no one will send any more; nothing is added afterwards. */
    void release() {
        chunk.release();
        chunk = Unpooled.EMPTY_BUFFER;
    }
}
