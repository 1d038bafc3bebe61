package io.ashlar.dataplane.shard;

import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.coordinator.Note;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.Holder;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What a shard asks of the metadata group. Thread-safe; answers come on any thread. */
public interface ControlPlane {

    /** Sends the command again and again until it is answered. */
    void submit(Command command, Consumer<Answer> answer);

    /**
     * Proposes a change of an in-sync set, batched with those of other extents; repeated
     * identically until it is answered.
     */
    void propose(
            Command.MemberChange change,
            BiConsumer<Command.MemberChange, Answer.MemberResult> answer);

    /**
     * Asks once for the lease of a volume for this process; {@code HELD} if another server that is
     * alive, or has not been gone for long enough, has it.
     *
     * @param usedEpoch the highest epoch that this process has used for it: a grant of that epoch
     *     is returned and a new one asked for
     */
    void acquire(VolumeId volume, long usedEpoch, Consumer<Answer> answer);

    /** Who has the lease of a volume; nobody if it is free, or if that cannot be learnt now. */
    void holder(VolumeId volume, Consumer<Optional<Holder>> holder);

    /** A coordinator has something to tell, for metrics and logs. */
    void noted(String volume, Note note);
}
