package io.ashlar.dataplane.simulation;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * P3: every unit is a linearizable register. Reads and changes take effect between request and
 * answer; a change with several tries may do so more than once, at least once if it was
 * acknowledged, and at any later time if it has never got an answer. A lossy activation may set a
 * unit back to what it held at any time since the last completed flush (P5).
 */
final class Linearizability {

    private final World world;
    private final BitSet readUnits = new BitSet();

    Linearizability(World world) {
        this.world = world;
    }

    void check() {
        History history = world.history();
        for (History.Entry entry : history.entries()) {
            if (!(entry.op() instanceof Op.Change) && entry.acknowledged()) {
                readUnits.set(entry.op().first(), entry.op().first() + entry.op().units());
            }
        }
        Map<Integer, List<UnitOp>> units = new TreeMap<>();
        for (History.Entry entry : history.entries()) {
            if (entry.askedAt() != History.OPEN) {
                spread(entry, units);
            }
        }
        int extentUnits = world.setup().extentUnits();
        units.forEach((unit, ops) -> {
            List<History.Cut> cuts =
                    history.cuts().stream().filter(c -> c.extent() == unit / extentUnits).toList();
            new UnitCheck(unit, ops, cuts).run();
        });
    }

    private void spread(History.Entry entry, Map<Integer, List<UnitOp>> units) {
        Op.Ranged op = entry.op();
        int end = op.first() + op.units();
        for (int unit = readUnits.nextSetBit(op.first());
                unit >= 0 && unit < end;
                unit = readUnits.nextSetBit(unit + 1)) {
            List<UnitOp> ops = units.computeIfAbsent(unit, u -> new ArrayList<>());
            if (op instanceof Op.Change change) {
                ops.add(
                        new UnitOp(
                                true,
                                change.stamp(),
                                entry.askedAt(),
                                entry.endedAt(),
                                entry.acknowledged()));
            } else if (entry.acknowledged() && entry.seen()[unit - op.first()] != Result.UNSEEN) {
                long seen = entry.seen()[unit - op.first()];
                ops.add(new UnitOp(false, seen, entry.askedAt(), entry.endedAt(), true));
            }
        }
    }
}
