package io.ashlar.metadata.model;

/**
 * A row of the table usage: what is placed on a device. Volumes are thin, so this is what their
 * mirrors may come to hold, not what they hold.
 *
 * @param mirrors how many
 * @param bytes the sum of the sizes of their extents
 */
public record Usage(long mirrors, long bytes) {

    /** Nothing is placed there. */
    public static final Usage NONE = new Usage(0, 0);

    /** With one more mirror. */
    public Usage plus(long extentBytes) {
        return new Usage(mirrors + 1, bytes + extentBytes);
    }

    /** With the same mirrors, one of which has grown. */
    public Usage grown(long moreBytes) {
        return new Usage(mirrors, bytes + moreBytes);
    }

    /** With one mirror less. */
    public Usage minus(long extentBytes) {
        return new Usage(mirrors - 1, bytes - extentBytes);
    }
}
