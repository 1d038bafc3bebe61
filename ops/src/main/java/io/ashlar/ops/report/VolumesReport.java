package io.ashlar.ops.report;

import io.ashlar.common.config.ByteSize;
import io.ashlar.metadata.model.Holder;
import io.ashlar.metadata.model.VolumeRow;
import java.util.List;
import java.util.Optional;

/** All volumes, in order of their names. */
public record VolumesReport(List<Volume> volumes) implements Report {

    /**
     * One of them.
     *
     * @param size in bytes
     * @param mirrors how many each extent has
     * @param coordinator the server that holds the lease, if one does
     */
    public record Volume(
            String name,
            long id,
            long size,
            int extents,
            int mirrors,
            Optional<String> coordinator,
            long epoch) {}

    /** The report of these rows. */
    public static VolumesReport of(List<VolumeRow> rows) {
        return new VolumesReport(rows.stream().map(VolumesReport::volume).toList());
    }

    private static Volume volume(VolumeRow row) {
        return new Volume(
                row.name(),
                row.id().value(),
                row.sizeBytes(),
                row.extents().size(),
                row.policy().mirrors(),
                row.lease().holder().map(Holder::server).map(Object::toString),
                row.lease().epoch());
    }

    @Override
    public String text() {
        TextTable table =
                new TextTable("NAME", "ID", "SIZE", "EXTENTS", "MIRRORS", "COORDINATOR", "EPOCH");
        for (Volume v : volumes) {
            table.row(
                    v.name,
                    v.id,
                    new ByteSize(v.size),
                    v.extents,
                    v.mirrors,
                    v.coordinator.orElse(""),
                    v.epoch);
        }
        return table.toString();
    }
}
