package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.coordinator.Note;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.store.Standing;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.ExtentRow;

/**
 * What a checker can see of a run: everything that happens, and never a word of the code under
 * test's own opinion of it. A checker overrides what it needs and throws {@link Violation}.
 */
interface Watch {

    /** A lease was granted. */
    default void granted(VolumeId volume, long epoch) {}

    /** A member change was applied by the metadata group. */
    default void changed(Command.MemberChange change, ExtentRow before, ExtentRow after) {}

    /** An operator has decided who goes on (P6). */
    default void overridden(ExtentRow row) {}

    /** A coordinator hands a message to the network. */
    default void sent(Tenure tenure, ServerId server, ToMirror message) {}

    /** A coordinator reports something. */
    default void noted(Tenure tenure, Note note) {}

    /** A device is about to replace a mirror's standing. */
    default void persisted(ModelMirror mirror, Standing next) {}

    /** A device is about to append a record that continues the journal. */
    default void appending(ModelMirror mirror, JournalRecord record) {}

    /** A device has appended a record. */
    default void appended(ModelMirror mirror, JournalRecord record) {}

    /** A device is about to drop a mirror. */
    default void dropped(ModelMirror mirror) {}

    /** A request of a client has come to the process that it is connected to. */
    default void asked(Attempt attempt) {}

    /** A coordinator has answered whatever it was asked for. */
    default void served(Tenure tenure) {}

    /** A coordinator has done a write for whoever asked for it. */
    default void executed(Tenure tenure, Op.Write write) {}

    /** A coordinator has done a flush that it was asked for at tick {@code begun}. */
    default void flushed(Tenure tenure, long begun) {}

    /** The answer to a client, from the coordinator of an epoch, leaves for the client. */
    default void answered(long epoch, Attempt attempt, Result result) {}

    /** A client has got the answer to what it asked. */
    default void completed(Client client, Attempt attempt, Result result) {}

    /** An extent goes on although writes may be lost. */
    default void lost(ExtentId extent) {}

    /** Time has passed since the last sample. */
    default void sampled() {}

    /** All faults are over, the clients have stopped, and nothing is under way. */
    default void quiet() {}
}
