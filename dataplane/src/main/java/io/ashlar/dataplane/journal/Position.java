package io.ashlar.dataplane.journal;

/**
 * The place of a change in an extent's history. Orders by epoch, then seq.
 *
 * @param epoch the epoch under which the change was first written; 0 before any
 * @param seq the coordinator's running number; 0 before any
 */
public record Position(long epoch, long seq) implements Comparable<Position> {

    /** Before the first change. */
    public static final Position START = new Position(0, 0);

    @Override
    public int compareTo(Position other) {
        int byEpoch = Long.compare(epoch, other.epoch);
        return byEpoch != 0 ? byEpoch : Long.compare(seq, other.seq);
    }

    @Override
    public String toString() {
        return "(" + epoch + "," + seq + ")";
    }
}
