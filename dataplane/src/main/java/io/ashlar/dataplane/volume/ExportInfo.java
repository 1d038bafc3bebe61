package io.ashlar.dataplane.volume;

import io.ashlar.common.id.VolumeId;
import java.util.Optional;

/**
 * A volume as a front end offers it.
 *
 * @param name what clients ask for
 * @param sizeBytes its size
 * @param id tells it from others that had or will have its name; empty outside a cluster
 */
public record ExportInfo(String name, long sizeBytes, Optional<VolumeId> id) {

    /** One that has nothing but its name. */
    public ExportInfo(String name, long sizeBytes) {
        this(name, sizeBytes, Optional.empty());
    }
}
