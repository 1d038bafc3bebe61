package io.ashlar.dataplane.coordinator;

import io.ashlar.common.block.BlockRange;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.volume.Done;
import io.ashlar.dataplane.volume.Reply;

/** A write that has a seq and is not yet on every required mirror. */
record OpenWrite(JournalRecord.Write record, long sequencedAt, Reply<Done> reply) {

    long seq() {
        return record.position().seq();
    }

    BlockRange range() {
        return record.change().range();
    }
}
