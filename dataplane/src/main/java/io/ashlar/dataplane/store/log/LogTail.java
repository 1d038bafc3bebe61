package io.ashlar.dataplane.store.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The writing end of the log. Records gather in one buffer, which is written when it is full and at
 * {@link #flush}. A flush pads the last record to the disk's unit, so that no unit is written again
 * once it may have been synced: a torn write then harms nothing that was durable.
 *
 * <p>With {@code aheadBytes} zeros go out beyond the log's end, where nothing is yet: up to the end
 * of the memory page with each write, because a page written in part would have to be read first;
 * and into space that the file system has never written, before a small sync, because each sync
 * there costs it a commit of its own journal.
 */
final class LogTail {

    private static final int PAGE = 4096;
    private static final byte[] ZEROS = new byte[PAGE];

    /** A sync of more than this is not made faster by preparing the space of the next. */
    private static final long SMALL_SYNC = 256 << 10;

    private final Superblock superblock;
    private final DeviceFile log;
    private final Segments segments;
    private final LongSupplier salts;
    private final ByteBuffer buffer;
    private final int batchBytes;
    private final int aheadBytes;

    private int segment = -1;
    private long previous;
    private long previousEnd;
    private long bufferAt;
    private long number;
    private long durable;
    private Optional<Staged> last = Optional.empty();
    private long written;
    private long prepared = Long.MAX_VALUE;
    private volatile long unwritten = Long.MAX_VALUE;

    private record Staged(LogRecord record, int payloadBytes, int start, int bytes, long number) {}

    /** Goes on after the record {@code number - 1} of the segment with generation previous. */
    LogTail(
            Superblock superblock,
            DeviceFile log,
            Segments segments,
            LongSupplier salts,
            int batchBytes,
            int aheadBytes,
            LogPosition from) {
        this.superblock = superblock;
        this.log = log;
        this.segments = segments;
        this.salts = salts;
        this.batchBytes = Math.max(batchBytes, 4 * superblock.unit());
        this.aheadBytes = aheadBytes;
        this.buffer =
                ByteBuffer.allocateDirect(this.batchBytes + (aheadBytes > 0 ? PAGE : 0))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .limit(this.batchBytes);
        this.previous = from.generation();
        this.previousEnd = from.end();
        this.number = from.number();
        this.durable = from.number() - 1;
    }

    /** Number of the next record. */
    long number() {
        return number;
    }

    /** Where the next record will lie, if it fits; for a checkpoint's start. */
    LogPosition position() {
        return new LogPosition(previous, previousEnd, number);
    }

    /** Bytes written since the last call. */
    long takeWritten() {
        long bytes = written;
        written = 0;
        return bytes;
    }

    /** Notes that all records up to {@code through} are on stable storage. */
    void durable(long through) {
        durable = through;
    }

    long durable() {
        return durable;
    }

    /** The longest record that a segment holds. */
    int maxRecordBytes() {
        return superblock.segmentBytes() - superblock.unit();
    }

    /** Bytes left in the segment that is being written. */
    long left() {
        return segment < 0 ? 0 : segments.start(segment) + superblock.segmentBytes() - end();
    }

    /** Whether {@code at} is in the buffer, not yet in the file. */
    boolean buffered(long at) {
        return segment >= 0 && at >= bufferAt && at < end();
    }

    /**
     * Whether {@code at} may not be in the file yet; from any thread, for a place that it found in
     * a map. Places of the next segment, which is hardly ever in use, count as well.
     */
    boolean maybeUnwritten(long at) {
        long from = unwritten;
        return at >= from && at - from < superblock.segmentBytes();
    }

    private long end() {
        return bufferAt + buffer.position();
    }

    /** Longest form of a record: padded to the unit. */
    long paddedBytes(int bodyBytes, int payloadBytes) {
        long unit = superblock.unit();
        return (RecordFrame.unpadded(bodyBytes, payloadBytes) + unit - 1) / unit * unit;
    }

    /**
     * Stages a record, in a new segment if it must; returns where it begins. The caller has seen to
     * it that a segment is free.
     */
    long append(LogRecord record, byte[] payload) throws IOException {
        long padded = paddedBytes(record.body().length, payload.length);
        if (padded > left()) {
            nextSegment();
        }
        int bytes = Math.toIntExact(RecordFrame.unpadded(record.body().length, payload.length));
        if (padded > buffer.remaining()) {
            flush();
        }
        long at = end();
        unwritten = bufferAt; // before a map says that something lies there
        if (padded > buffer.remaining()) {
            stream(record, payload, (int) padded);
        } else {
            last = Optional.of(stage(record, payload, bytes));
        }
        number++;
        previousEnd = number;
        return at;
    }

    private Staged stage(LogRecord record, byte[] payload, int bytes) {
        int start = buffer.position();
        header(record, payload.length, bytes, number);
        buffer.put(record.body());
        zeros(start + RecordFrame.payloadOffset(record.body().length) - buffer.position());
        buffer.put(payload);
        return new Staged(record, payload.length, start, bytes, number);
    }

    private void header(LogRecord record, int payloadBytes, int recordBytes, long number) {
        RecordFrame.encode(
                buffer, record, segments.salt(segment), number, durable, payloadBytes, recordBytes);
    }

    /** A record longer than the buffer, which is empty now, goes through it in pieces. */
    private void stream(LogRecord record, byte[] payload, int padded) throws IOException {
        long end = end() + padded;
        header(record, payload.length, padded, number);
        pass(record.body());
        int gap =
                RecordFrame.payloadOffset(record.body().length)
                        - RecordFrame.HEADER
                        - record.body().length;
        pass(new byte[gap]);
        pass(payload);
        pass(new byte[(int) (end - end())]);
        writeOut();
    }

    private void pass(byte[] bytes) throws IOException {
        int done = 0;
        while (done < bytes.length) {
            int n = Math.min(buffer.remaining(), bytes.length - done);
            buffer.put(bytes, done, n);
            done += n;
            if (!buffer.hasRemaining()) {
                writeOut();
            }
        }
    }

    /** Writes all that is staged. When it returns, a crash of the process loses none of it. */
    void flush() throws IOException {
        if (buffer.position() == 0) {
            return;
        }
        int padding = -buffer.position() & (superblock.unit() - 1);
        if (padding > 0) {
            Staged staged = last.orElseThrow();
            int end = buffer.position();
            buffer.position(staged.start);
            header(staged.record, staged.payloadBytes, staged.bytes + padding, staged.number);
            buffer.position(end);
            zeros(padding);
        }
        writeOut();
    }

    private void writeOut() throws IOException {
        last = Optional.empty();
        int bytes = buffer.position();
        if (aheadBytes > 0) {
            int rest = (int) (-(bufferAt + bytes) & (PAGE - 1));
            buffer.limit(buffer.capacity()).put(ZEROS, 0, rest);
        }
        log.write(buffer.flip(), bufferAt);
        bufferAt += bytes;
        written += bytes;
        buffer.clear().limit(batchBytes);
        unwritten = Long.MAX_VALUE;
    }

    /** Before a sync: sees to it that the next small one finds space that was written before. */
    void prepare(long syncing) throws IOException {
        if (syncing <= SMALL_SYNC && prepared - end() < aheadBytes / 4) {
            long segmentEnd = segments.start(segment) + superblock.segmentBytes();
            zerosUpTo(Math.min(segmentEnd, end() + aheadBytes));
        }
    }

    /** What is left of a segment that is used for the first time: a later use finds it written. */
    private void fillUp() throws IOException {
        if (segment >= 0 && prepared != Long.MAX_VALUE && left() <= 4L * aheadBytes) {
            zerosUpTo(segments.start(segment) + superblock.segmentBytes());
        }
    }

    private void zerosUpTo(long to) throws IOException {
        long at = (Math.max(prepared, end()) + PAGE - 1) / PAGE * PAGE;
        if (at < to) {
            log.write(ByteBuffer.allocate((int) (to - at)), at);
        }
        prepared = to;
    }

    /** Ends the segment and begins a free one; its header goes out with its first records. */
    private void nextSegment() throws IOException {
        flush();
        fillUp();
        int next =
                segments.lowestFree()
                        .orElseThrow(() -> new IllegalStateException("no free segment"));
        SegmentHeader header =
                new SegmentHeader(
                        superblock.device(),
                        next,
                        segments.nextGeneration(),
                        previous,
                        previousEnd,
                        salts.getAsLong(),
                        number,
                        durable);
        segments.use(next, header.generation(), header.salt());
        segment = next;
        previous = header.generation();
        bufferAt = segments.start(next);
        prepared = aheadBytes > 0 && bufferAt >= log.size() ? bufferAt : Long.MAX_VALUE;
        header.encode(buffer);
        zeros(superblock.unit() - buffer.position());
    }

    private void zeros(int count) {
        for (int left = count; left > 0; left -= PAGE) {
            buffer.put(ZEROS, 0, Math.min(left, PAGE));
        }
    }
}
