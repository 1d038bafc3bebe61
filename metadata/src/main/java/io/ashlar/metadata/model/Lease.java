package io.ashlar.metadata.model;

import java.util.Optional;

/**
 * The grant of a volume to one coordinator.
 *
 * @param epoch number of the newest grant; 0 when there has been none
 * @param holder who has it, empty after a release
 */
public record Lease(long epoch, Optional<Holder> holder) {

    /** The lease of a new volume. */
    public static final Lease NEVER = new Lease(0, Optional.empty());
}
