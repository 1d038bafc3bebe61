package io.ashlar.dataplane.nbd;

/**
 * The chunks that answer a read: data, and holes where they are worth a chunk of their own. All
 * data are at hand, so the last content chunk ends the reply.
 */
final class ReadReply {

    private final Replies replies;
    private final Outbox outbox;
    private final RequestHeader request;
    private final byte[] data;
    private final ZeroRuns zeros;

    ReadReply(Replies replies, Outbox outbox, RequestHeader request, byte[] data) {
        this.replies = replies;
        this.outbox = outbox;
        this.request = request;
        this.data = data;
        this.zeros = new ZeroRuns(data, request.offset());
    }

    void send(long cost) {
        boolean whole = request.has(Command.DF);
        int from = 0;
        while (from < data.length) {
            int zerosEnd = zeros.zerosEnd(from);
            boolean hole =
                    zerosEnd - from == data.length
                            || (!whole && zerosEnd - from >= ZeroRuns.MIN_BYTES);
            int to = hole ? zerosEnd : whole ? data.length : zeros.dataEnd(from);
            chunk(hole, from, to, cost);
            from = to;
        }
    }

    private void chunk(boolean hole, int from, int to, long cost) {
        boolean last = to == data.length;
        int flags = last ? Replies.DONE : 0;
        long offset = request.offset() + from;
        byte[] head =
                hole
                        ? replies.hole(request, flags, offset, to - from)
                        : replies.data(request, flags, offset, to - from);
        if (!hole) {
            outbox.add(head, 0, head.length);
        }
        byte[] body = hole ? head : data;
        int start = hole ? 0 : from;
        int end = hole ? head.length : to;
        if (last) {
            outbox.addLast(body, start, end, cost);
        } else {
            outbox.add(body, start, end);
        }
    }
}
