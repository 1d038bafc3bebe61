package io.ashlar.dataplane.simulation;

import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.ToMirror;

/** What a coordinator and the process that holds mirrors say to each other. */
final class Link {

    private final long id;
    private final Tenure owner;
    private final Life mirrors;
    private final Cable cable;

    Link(long id, Tenure owner, Life mirrors, Network network) {
        this.id = id;
        this.owner = owner;
        this.mirrors = mirrors;
        cable =
                network.cable(
                        owner.life(),
                        () -> owner.linkBroke(this),
                        mirrors,
                        () -> network.gone(this));
    }

    long id() {
        return id;
    }

    Life mirrors() {
        return mirrors;
    }

    void send(ToMirror message) {
        cable.there(() -> plant().arrive(mirrors, id, message));
    }

    void reply(FromMirror message) {
        cable.back(() -> plant().deliver(owner, message));
    }

    private Plant plant() {
        return owner.world().plant();
    }

    /** The coordinator is done with it: what it has sent may still arrive. */
    void letGo() {
        cable.letGo();
    }
}
