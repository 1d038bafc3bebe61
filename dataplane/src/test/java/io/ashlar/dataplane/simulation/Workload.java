package io.ashlar.dataplane.simulation;

import io.ashlar.common.block.Blocks;
import java.util.ArrayList;
import java.util.List;

/**
 * What clients ask: small operations that meet again and again on a few spots, some of which cross
 * a page or an extent, and now and then a long trim.
 */
final class Workload {

    private static final int SPOT_BLOCKS = 5;
    private static final int PAGE_UNITS = Blocks.PER_PAGE * Content.UNITS_PER_BLOCK;

    private final int volumeUnits;
    private final int firstUnit;
    private final List<Integer> spots = new ArrayList<>();
    private final long slowest;
    private final int readPercent;
    private final int flushPercent;
    private final boolean longTrims;
    private long nextStamp = 1;

    Workload(Volume volume, Chance chance) {
        volumeUnits = volume.units();
        firstUnit = volume.firstUnit();
        slowest = chance.between(Nanos.millis(20), Nanos.millis(600));
        readPercent = (int) chance.between(20, 55);
        flushPercent = chance.oneIn(3) ? 30 : 8;
        longTrims = chance.oneIn(2);
        int pages = volumeUnits / PAGE_UNITS;
        int count = (int) chance.between(2, 5);
        for (int i = 0; i < count; i++) {
            int page = chance.below(pages);
            int nearEnd = PAGE_UNITS - 2 * (int) chance.between(1, SPOT_BLOCKS);
            int within = chance.oneIn(2) ? nearEnd : 2 * chance.below(Blocks.PER_PAGE);
            int last = volumeUnits - SPOT_BLOCKS * Content.UNITS_PER_BLOCK;
            spots.add(Math.min(page * PAGE_UNITS + within, last));
        }
    }

    long pause(Chance chance) {
        return chance.skewed(Nanos.micros(200), slowest);
    }

    Op next(Chance chance) {
        int kind = chance.below(100);
        int spot = chance.pick(spots);
        int spotUnits = SPOT_BLOCKS * Content.UNITS_PER_BLOCK;
        int offset = chance.below(spotUnits);
        int units = 1 + chance.below(Math.min(6, spotUnits - offset));
        if (chance.oneIn(2)) { // whole blocks more often than not
            offset &= ~1;
            units = Math.min((units + 1) & ~1, spotUnits - offset);
        }
        int first = firstUnit + spot + offset;
        boolean fua = chance.oneIn(10);
        if (kind < readPercent) {
            return chance.oneIn(12) ? new Op.Survey(first, units) : new Op.Read(first, units);
        }
        if (kind < readPercent + flushPercent) {
            return new Op.Flush();
        }
        if (kind < readPercent + flushPercent + 6) {
            return longTrims && chance.oneIn(12)
                    ? longTrim(chance)
                    : new Op.Zero(first, units, chance.oneIn(2), fua);
        }
        return new Op.Write(first, units, nextStamp++, fua);
    }

    private Op longTrim(Chance chance) {
        int first = 2 * chance.below(volumeUnits / 2);
        int units = Math.min(2 * (int) chance.between(100, 700), volumeUnits - first);
        return new Op.Zero(firstUnit + first, units, true, false);
    }
}
