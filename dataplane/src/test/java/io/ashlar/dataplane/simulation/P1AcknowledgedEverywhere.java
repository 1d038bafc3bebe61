package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.ExtentId;
import io.ashlar.dataplane.journal.Position;

/**
 * P1: when a write is acknowledged, every in-sync mirror (as the metadata group has it at that
 * moment) that has not lost its power since holds it, or a newer change.
 */
final class P1AcknowledgedEverywhere implements Watch {

    private static final String NAME = "P1 acknowledged everywhere";

    private final World world;
    private final Sequenced sequenced;

    P1AcknowledgedEverywhere(World world, Sequenced sequenced) {
        this.world = world;
        this.sequenced = sequenced;
    }

    @Override
    public void executed(Tenure tenure, Op.Write write) {
        for (int unit = write.first(); unit < write.first() + write.units(); unit++) {
            check(tenure, write, unit);
        }
    }

    private void check(Tenure tenure, Op.Write write, int unit) {
        int extentUnits = world.setup().extentUnits();
        ExtentId extent = world.extents().get(unit / extentUnits);
        if (sequenced.mayBeLost(extent, tenure.epoch())) {
            return; // a coordinator that was frozen answers late
        }
        int within = unit % extentUnits;
        int block = within / Content.UNITS_PER_BLOCK;
        Position position =
                sequenced
                        .position(extent, tenure.epoch(), write.stamp())
                        .orElseThrow(() -> new Violation(NAME, write + " was sent to nobody"));
        for (ModelMirror mirror : world.trustedMembers(extent)) {
            Cell cell = mirror.cell(block);
            boolean holdsIt = cell.stamp(within % Content.UNITS_PER_BLOCK) == write.stamp();
            if (!holdsIt && cell.seq() <= position.seq()) {
                throw new Violation(
                        NAME,
                        write
                                + " at "
                                + position
                                + " is acknowledged, but in-sync mirror "
                                + mirror.id()
                                + " holds "
                                + cell
                                + " in block "
                                + block);
            }
        }
    }
}
