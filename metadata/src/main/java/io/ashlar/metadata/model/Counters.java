package io.ashlar.metadata.model;

/**
 * The next identifiers to give out. They only grow: an identifier is never used twice, so what a
 * device holds of a deleted volume can never be taken for a part of another.
 *
 * @param nextVolume at least 1
 * @param nextExtent at least 1
 * @param nextMirror at least 1
 */
public record Counters(long nextVolume, long nextExtent, long nextMirror) {

    /** Before anything was made. */
    public static final Counters FIRST = new Counters(1, 1, 1);

    /** Past one more volume with so many extents and mirrors. */
    public Counters after(int extents, int mirrors) {
        return new Counters(nextVolume + 1, nextExtent + extents, nextMirror + mirrors);
    }

    /** Past so many more mirrors. */
    public Counters after(int mirrors) {
        return new Counters(nextVolume, nextExtent, nextMirror + mirrors);
    }
}
