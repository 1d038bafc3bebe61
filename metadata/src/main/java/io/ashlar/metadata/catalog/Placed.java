package io.ashlar.metadata.catalog;

import io.ashlar.common.id.MirrorId;
import io.ashlar.metadata.model.Counters;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.VolumeRow;
import java.util.ArrayList;
import java.util.List;

/** New extents of a volume, and where their mirrors are to be. */
record Placed(List<ExtentRow> extents, List<LocationRow> locations) {

    /**
     * Places all extents of a volume from one on.
     *
     * @param from the place of the first new one in the volume
     * @param next gives the mirrors their ids; the extents have theirs in the row
     * @throws Refusal if there are too few servers, or too little room on them
     */
    static Placed from(int from, VolumeRow volume, Counters next, Placement placement) {
        int copies = volume.policy().mirrors();
        placement.checkServers(volume.name(), copies);
        List<ExtentRow> extents = new ArrayList<>();
        List<LocationRow> locations = new ArrayList<>();
        long mirror = next.nextMirror();
        for (int i = from; i < volume.extents().size(); i++) {
            List<MirrorId> mirrors = new ArrayList<>();
            for (DeviceRow d : placement.place(volume.name(), copies, volume.extentSize(i))) {
                MirrorId id = new MirrorId(mirror++);
                mirrors.add(id);
                locations.add(new LocationRow(id, volume.extents().get(i), d.server(), d.id()));
            }
            extents.add(ExtentRow.born(volume.extents().get(i), volume.id(), i, mirrors));
        }
        return new Placed(extents, locations);
    }
}
