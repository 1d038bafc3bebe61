package io.ashlar.dataplane.coordinator;

import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.metadata.api.Command;

/** What a coordinator needs of the world. Called on the volume's one thread. */
public interface CoordinatorPort {

    /** The monotonic clock, in nanoseconds. */
    long now();

    /** Sends to a mirror on {@code server}, in order; silently dropped if its link is down. */
    void send(ServerId server, ToMirror message);

    /**
     * Proposes a change of an extent's in-sync set. The identical proposal is repeated until the
     * metadata group has answered; then {@code VolumeCoordinator.changed} is called.
     */
    void propose(Command.MemberChange change);

    /** Every extent serves; called once. */
    void serving();

    /**
     * The coordinator has stepped down: requests without a reply get none.
     *
     * @param why for the log
     */
    void resigned(String why);

    /** Something happened that operators and tests want to know. */
    void noted(Note note);
}
