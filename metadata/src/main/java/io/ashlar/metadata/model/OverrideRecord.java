package io.ashlar.metadata.model;

import io.ashlar.common.id.MirrorId;
import java.util.List;

/**
 * That an operator let an extent go on without mirrors that may hold acknowledged writes (P6).
 *
 * @param epoch of the volume's lease from then on; the next activation has a later one
 * @param setVersion of the in-sync set that was replaced
 * @param kept who is in sync from then on
 * @param abandoned who was until then
 * @param operator who decided
 * @param reason why
 * @param atMillis when by the operator's clock, in ms since 1970; for people only
 */
public record OverrideRecord(
        long epoch,
        long setVersion,
        List<MirrorId> kept,
        List<MirrorId> abandoned,
        String operator,
        String reason,
        long atMillis) {

    /** Copies the lists. */
    public OverrideRecord {
        kept = List.copyOf(kept);
        abandoned = List.copyOf(abandoned);
    }
}
