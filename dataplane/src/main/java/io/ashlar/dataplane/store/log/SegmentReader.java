package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Checksum;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Reads records from a segment in ascending order, through a window. */
final class SegmentReader {

    private static final int WINDOW = 256 << 10;

    private final ByteSource log;
    private final long end;
    private final long salt;
    private final ByteBuffer window =
            ByteBuffer.allocate(WINDOW).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private long windowAt;

    /** Of the segment that ends at byte {@code end} and whose records carry {@code salt}. */
    SegmentReader(ByteSource log, long end, long salt) {
        this.log = log;
        this.end = end;
        this.salt = salt;
    }

    /** The record that begins at {@code at}, if there is a whole one of this segment. */
    Optional<RecordFrame> record(long at) throws IOException {
        if (at + RecordFrame.HEADER > end) {
            return Optional.empty();
        }
        ByteBuffer header = bytes(at, RecordFrame.HEADER);
        Optional<RecordFrame> frame =
                header.remaining() < RecordFrame.HEADER
                        ? Optional.empty()
                        : RecordFrame.decode(header)
                                .filter(f -> f.salt() == salt && at + f.recordBytes() <= end);
        if (frame.isEmpty()) {
            return frame;
        }
        ByteBuffer header0 = ByteBuffer.allocate(RecordFrame.HEADER).put(header).flip();
        byte[] body = new byte[frame.get().bodyBytes()];
        int n = copy(at + RecordFrame.HEADER, body);
        return n < body.length ? Optional.empty() : frame.get().withBody(header0, body);
    }

    /** Whether every block of the payload matches its checksum. */
    boolean payloadIsWhole(RecordFrame frame, long at) throws IOException {
        int[] checksums = frame.record().payloadChecksums();
        if (checksums.length != frame.payloadBytes() >>> Blocks.SHIFT) {
            return false;
        }
        byte[] block = new byte[Blocks.SIZE];
        long from = at + RecordFrame.payloadOffset(frame.bodyBytes());
        for (int i = 0; i < checksums.length; i++) {
            int n = copy(from + ((long) i << Blocks.SHIFT), block);
            if (n < Blocks.SIZE || Checksum.ofBlock(block, 0) != checksums[i]) {
                return false;
            }
        }
        return true;
    }

    private int copy(long at, byte[] target) throws IOException {
        int done = 0;
        while (done < target.length) {
            ByteBuffer some = bytes(at + done, Math.min(WINDOW, target.length - done));
            if (!some.hasRemaining()) {
                break;
            }
            int n = some.remaining();
            some.get(target, done, n);
            done += n;
        }
        return done;
    }

    /** Up to {@code length} bytes from {@code at}; fewer only where the file ends. */
    private ByteBuffer bytes(long at, int length) throws IOException {
        if (at < windowAt || at + length > windowAt + window.limit()) {
            fill(at, length);
        }
        int offset = (int) (at - windowAt);
        return window.slice(offset, Math.min(length, window.limit() - offset));
    }

    /** What cannot be read but is not asked for is no matter yet. */
    private void fill(long at, int length) throws IOException {
        windowAt = at;
        try {
            log.read(window.clear(), at);
        } catch (IOException e) {
            log.read(window.clear().limit(length), at);
        }
        window.flip();
    }
}
