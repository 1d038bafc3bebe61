package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.ExtentId;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.metadata.model.EpochStart;
import java.util.List;

/**
 * P7: when a resync begins, every block that is not noted as stale already holds what the in-sync
 * mirrors hold up to the resync's start. A coordinator that does not know yet that another epoch is
 * active resyncs by mirrors that are members no longer; nothing it proposes is applied, and the
 * mirror is listed anew by the next, which is judged then (seed 13504 of 2026-11-28).
 */
final class P7ResyncIsExact implements Watch {

    private static final String NAME = "P7 resync is exact";

    private final World world;

    P7ResyncIsExact(World world) {
        this.world = world;
    }

    @Override
    public void appended(ModelMirror mirror, JournalRecord record) {
        if (record instanceof JournalRecord.ResyncStart start) {
            ExtentId extent = world.extentOf(mirror.id());
            List<EpochStart> history = world.row(extent).history();
            if (history.isEmpty() || history.getLast().epoch() != start.start().epoch()) {
                return;
            }
            for (ModelMirror member : world.trustedMembers(extent)) {
                if (member != mirror) {
                    compare(mirror, member, start);
                }
            }
        }
    }

    private static void compare(
            ModelMirror target, ModelMirror member, JournalRecord.ResyncStart start) {
        for (int block = 0; block < target.blocks(); block++) {
            Cell good = member.cell(block);
            Cell here = target.cell(block);
            if (good.seq() <= start.start().seq()
                    && !start.stale().contains(block)
                    && !good.rotten()
                    && !here.rotten()
                    && !good.holdsTheSameAs(here)) {
                throw new Violation(
                        NAME,
                        "resync of mirror "
                                + target.id()
                                + " from "
                                + start.start()
                                + " leaves out block "
                                + block
                                + ": it holds "
                                + here
                                + ", member "
                                + member.id()
                                + " holds "
                                + good);
            }
        }
    }
}
