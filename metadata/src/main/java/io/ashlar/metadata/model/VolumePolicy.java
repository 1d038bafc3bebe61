package io.ashlar.metadata.model;

/**
 * How a volume is kept.
 *
 * @param mirrors how many mirrors each extent has, 1 to 8
 * @param minInSync below this many in-sync mirrors no mirror is removed for slowness alone; 1 to
 *     {@code mirrors}
 */
public record VolumePolicy(int mirrors, int minInSync) {

    /** The most mirrors an extent can have. */
    public static final int MAX_MIRRORS = 8;

    /** Checks the bounds. */
    public VolumePolicy {
        if (mirrors < 1 || mirrors > MAX_MIRRORS || minInSync < 1 || minInSync > mirrors) {
            throw new IllegalArgumentException(
                    "mirrors must be 1 to "
                            + MAX_MIRRORS
                            + " and the minimum in sync 1 to mirrors: "
                            + mirrors
                            + ", "
                            + minInSync);
        }
    }
}
