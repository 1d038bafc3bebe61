package io.ashlar.dataplane.store;

import io.ashlar.common.block.BlockSet;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.Position;

/**
 * A mirror as a device's recovery found it.
 *
 * @param id its logical id
 * @param label whose copy it is
 * @param standing its durable words; {@code suspect} already includes what recovery found (the
 *     machine's boot id changed without a clean stop, the log ends before the last completed sync,
 *     an earlier sync failed)
 * @param last position of its newest change
 * @param stale blocks of an unfinished resync
 */
public record StoredMirror(
        MirrorId id, MirrorLabel label, Standing standing, Position last, BlockSet stale) {}
