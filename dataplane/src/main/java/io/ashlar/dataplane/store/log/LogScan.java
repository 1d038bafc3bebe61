package io.ashlar.dataplane.store.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Walks the log in the order in which it was written, from a position to where it ends: at the
 * first record that is not whole. What lies beyond was never synced, or is damage; the numbers
 * through which the log claims to be synced tell which.
 */
final class LogScan {

    /** Told of each record in order. */
    interface Visitor {
        void visit(RecordFrame frame, long at) throws IOException;
    }

    private final Superblock superblock;
    private final DeviceFile log;
    private final Segments segments;
    private final Map<Long, SegmentHeader> byGeneration = new HashMap<>();
    private final Map<Long, SegmentHeader> successors = new HashMap<>();
    private long synced;

    /** Reads all segment headers; {@code synced} is what is known to be durable from elsewhere. */
    LogScan(Superblock superblock, DeviceFile log, Segments segments, long synced)
            throws IOException {
        this.superblock = superblock;
        this.log = log;
        this.segments = segments;
        this.synced = synced;
        ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES);
        for (int i = 0; i < segments.count(); i++) {
            bytes.clear();
            if (log.read(bytes, segments.start(i)) == SegmentHeader.BYTES) {
                SegmentHeader.decode(bytes.flip(), superblock.device(), i).ifPresent(this::found);
            }
        }
    }

    private void found(SegmentHeader header) {
        segments.sawGeneration(header.generation());
        byGeneration.put(header.generation(), header);
        // After a log was cut the newest continuation counts: it was made after the cut.
        successors.merge(
                header.previous(), header, (a, b) -> a.generation() > b.generation() ? a : b);
        synced = Math.max(synced, header.synced());
    }

    Optional<SegmentHeader> generation(long generation) {
        return Optional.ofNullable(byGeneration.get(generation));
    }

    /** Number through which the log was synced, as far as anything on the device says. */
    long synced() {
        return synced;
    }

    /** Visits every whole record from {@code from} on; returns where the log ends. */
    LogPosition walk(LogPosition from, Visitor visitor) throws IOException {
        LogPosition reached = from;
        // A header that was found damaged before stays so: the log was cut here then and goes on in
        // the next segment. That of generation 0 there never was.
        Optional<SegmentHeader> next =
                generation(from.generation())
                        .or(() -> Optional.ofNullable(successors.get(from.generation())));
        while (next.isPresent()) {
            SegmentHeader header = next.get();
            if (header.previousEnd() > reached.number()) {
                break; // the segment before it was cut short
            }
            segments.use(header.index(), header.generation(), header.salt());
            Optional<SegmentHeader> successor =
                    Optional.ofNullable(successors.get(header.generation()));
            long limit = successor.map(SegmentHeader::previousEnd).orElse(Long.MAX_VALUE);
            long number = walkSegment(header, reached.number(), limit, visitor);
            reached = LogPosition.after(header.generation(), number);
            next = successor;
        }
        return reached;
    }

    /** Visits the records of a segment from number {@code from}; returns the next number. */
    private long walkSegment(SegmentHeader header, long from, long limit, Visitor visitor)
            throws IOException {
        long start = segments.start(header.index());
        SegmentReader reader =
                new SegmentReader(log, start + segments.segmentBytes(), header.salt());
        long at = start + superblock.unit();
        long number = header.firstNumber();
        while (number < limit) {
            Optional<RecordFrame> found = reader.record(at);
            if (found.isEmpty() || found.get().number() != number) {
                break;
            }
            RecordFrame frame = found.get();
            synced = Math.max(synced, frame.synced());
            // What was synced keeps its place even if it rots: reading it will tell.
            if (number > synced && !reader.payloadIsWhole(frame, at)) {
                break;
            }
            if (number >= from) {
                visitor.visit(frame, at);
            }
            at += frame.recordBytes();
            number++;
        }
        return Math.max(number, from);
    }
}
