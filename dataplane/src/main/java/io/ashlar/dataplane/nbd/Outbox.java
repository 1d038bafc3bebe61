package io.ashlar.dataplane.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;

/**
 * Replies on their way to the socket. They wait here as heap arrays and are copied into pooled
 * direct pieces only while the channel takes more, so many small replies go out in one system call
 * and a slow reader holds no direct memory beyond the channel's high-water mark. Confined to the
 * channel's loop.
 */
final class Outbox {

    private static final int PIECE_BYTES = 256 << 10;

    /** A slice of an array; {@code cost} (not negative) is given back once it is copied. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Part(byte[] bytes, int from, int to, long cost) {}

    private static final long NO_COST = -1;

    private final Channel channel;
    private final Window window;
    private final ArrayDeque<Part> parts = new ArrayDeque<>();
    private long queued;
    private int copied;

    Outbox(Channel channel, Window window) {
        this.channel = channel;
        this.window = window;
    }

    /** Appends a part of a reply. */
    void add(byte[] bytes, int from, int to) {
        append(new Part(bytes, from, to, NO_COST));
    }

    /** Appends the last part of a reply to a request that took {@code cost} of the window. */
    void addLast(byte[] bytes, int from, int to, long cost) {
        append(new Part(bytes, from, to, cost));
    }

    private void append(Part part) {
        parts.add(part);
        queued += part.to - part.from;
    }

    /** Whether all has left for the channel. */
    boolean isEmpty() {
        return parts.isEmpty();
    }

    /** Hands over as much as the channel takes, and flushes it. */
    void drain() {
        boolean wrote = false;
        while (!parts.isEmpty() && channel.isWritable()) {
            var _ = channel.write(nextPiece(), channel.voidPromise());
            wrote = true;
        }
        if (wrote) {
            channel.flush();
        }
    }

    /** Drops what is left: the channel is gone. */
    void clear() {
        while (!parts.isEmpty()) {
            long cost = parts.removeFirst().cost;
            if (cost != NO_COST) {
                window.give(cost);
            }
        }
        queued = 0;
    }

    private ByteBuf nextPiece() {
        int capacity = (int) Math.min(queued, PIECE_BYTES);
        ByteBuf piece = channel.alloc().directBuffer(capacity, capacity);
        while (piece.isWritable()) {
            Part part = parts.getFirst();
            int start = part.from + copied;
            int count = Math.min(part.to - start, piece.writableBytes());
            piece.writeBytes(part.bytes, start, count);
            copied += count;
            if (start + count == part.to) {
                finishFirst();
            }
        }
        queued -= capacity;
        return piece;
    }

    private void finishFirst() {
        Part part = parts.removeFirst();
        copied = 0;
        if (part.cost != NO_COST) {
            window.give(part.cost);
        }
    }
}
