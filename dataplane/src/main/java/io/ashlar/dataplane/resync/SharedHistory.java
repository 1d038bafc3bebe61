package io.ashlar.dataplane.resync;

import io.ashlar.dataplane.journal.Position;
import io.ashlar.metadata.model.EpochStart;
import java.util.List;

/** How far a mirror's history is the extent's own. */
public final class SharedHistory {

    private SharedHistory() {}

    /**
     * The highest seq up to which a mirror holds the same changes as the in-sync set: its last seq,
     * but nothing from where a later epoch began (what it wrote beyond was never acknowledged).
     * PROTOCOL "RESYNC" and H11.
     *
     * @param last position of the mirror's newest change
     * @param history the extent's epochs and their first seqs
     */
    public static long lastShared(Position last, List<EpochStart> history) {
        long shared = last.seq();
        for (EpochStart entry : history) {
            if (entry.epoch() > last.epoch()) {
                shared = Math.min(shared, entry.firstSeq() - 1);
            }
        }
        return shared;
    }
}
