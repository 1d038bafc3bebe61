package io.ashlar.dataplane.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.ArrayDeque;

/**
 * Replies on their way to the socket. They wait here as heap arrays and are copied into pooled
 * direct pieces only while the channel takes more, so many small replies go out in one system call
 * and a slow reader holds no direct memory beyond the channel's high-water mark. What a reply took
 * of the window is returned when the socket has taken it, so that memory is bounded whoever reads.
 * Confined to the channel's loop.
 */
final class Outbox {

    private static final int PIECE_BYTES = 256 << 10;

    /** A slice of an array; {@code cost} (not negative) is given back once it is sent. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Part(byte[] bytes, int from, int to, long cost) {}

    private static final long NO_COST = -1;

    private final Channel channel;
    private final Window window;
    private final Runnable sent;
    private final ArrayDeque<Part> parts = new ArrayDeque<>();
    private final Pace outgoing = new Pace();
    private long queued;
    private int copied;
    private long held;
    private int leavingRequests;
    private long leavingCost;

    /** {@code sent} is run when replies that the socket did not take at once have been taken. */
    Outbox(Channel channel, Window window, Runnable sent) {
        this.channel = channel;
        this.window = window;
        this.sent = sent;
    }

    /** Whether replies hold bytes and hardly leave; see {@link Pace}. */
    boolean stalled(long nowNanos, long stallNanos) {
        return outgoing.stalled(held > 0, nowNanos, stallNanos);
    }

    /** Appends a part of a reply. */
    void add(byte[] bytes, int from, int to) {
        append(new Part(bytes, from, to, NO_COST));
    }

    /** Appends the last part of a reply to a request that took {@code cost} of the window. */
    void addLast(byte[] bytes, int from, int to, long cost) {
        held += cost;
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
            giveWhenSent();
        }
    }

    private void giveWhenSent() {
        int requests = leavingRequests;
        long cost = leavingCost;
        leavingRequests = 0;
        leavingCost = 0;
        if (requests == 0) {
            return;
        }
        ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
        if (unsent == null || unsent.totalPendingWriteBytes() == 0) {
            give(requests, cost);
        } else {
            // Nothing follows what is before it, so it goes when all that is before it has gone.
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(_ -> {
                        give(requests, cost);
                        sent.run();
                    });
        }
    }

    private void give(int requests, long cost) {
        held -= cost;
        window.give(requests, cost);
    }

    /** Drops what is left: the channel is gone. */
    void clear() {
        while (!parts.isEmpty()) {
            long cost = parts.removeFirst().cost;
            if (cost != NO_COST) {
                give(1, cost);
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
        outgoing.moved(capacity);
        return piece;
    }

    private void finishFirst() {
        Part part = parts.removeFirst();
        copied = 0;
        if (part.cost != NO_COST) {
            leavingRequests++;
            leavingCost += part.cost;
        }
    }
}
