package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.coordinator.Connection;
import io.ashlar.dataplane.forward.Way;
import io.ashlar.dataplane.message.FromHolder;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.ToHolder;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.net.Identity;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import io.ashlar.dataplane.store.StoredMirror;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Query;
import java.util.function.Consumer;

/**
 * Where a protocol bug can be planted: between the code under test and its world. As it stands it
 * passes everything on; a planted bug overrides what it spoils.
 */
interface Plant {

    /** No bug. */
    Plant NONE = new Plant() {};

    /** The nonce of a new process. */
    default long nonce(Server server, long drawn) {
        return drawn;
    }

    /** What recovery says of a mirror. */
    default StoredMirror recovered(StoredMirror stored) {
        return stored;
    }

    /** A coordinator sends. */
    default void send(Tenure from, Link link, ToMirror message) {
        link.send(message);
    }

    /** A coordinator's message has come to a process that holds mirrors. */
    default void arrive(Life at, long link, ToMirror message) {
        at.received(link, message);
    }

    /** A mirror's answer has come to its coordinator. */
    default void deliver(Tenure to, FromMirror message) {
        to.received(message);
    }

    /** A mirror answers. */
    default void say(MirrorShell from, Link link, FromMirror reply) {
        link.reply(reply);
    }

    /** A client's connection begins. */
    default Connection connection(Tenure to, Connection begun) {
        return begun;
    }

    /** Who a holder takes the process at the other end of a link for. */
    default Identity identity(ForwardLink link, Identity said) {
        return said;
    }

    /** A process forwards a request. */
    default void forward(FrontEnd from, ForwardLink link, ToHolder message) {
        link.ask(message);
    }

    /** A forwarded request has come to the process that holds the lease. */
    default void forwarded(FrontEnd at, ForwardLink link, ToHolder message) {
        at.reception().received(link, message);
    }

    /** The answer to a forwarded request has come back. */
    default void returned(FrontEnd at, ServerId holder, FromHolder message) {
        at.forwarder().received(holder, message);
    }

    /** A client's connection goes over another way from now on. */
    default Way way(Visit to, Way found) {
        return found;
    }

    /** A mirror asks its device. */
    default void submit(MirrorShell from, StoreRequest request, Consumer<StoreAnswer> answer) {
        from.life().server().device().submit(from.id(), request, answer);
    }

    /** A coordinator proposes. */
    default void propose(Tenure from, Command.MemberChange change, Errand errand) {
        errand.begin();
    }

    /** Proposals reach the metadata group. */
    default Command.ChangeMembers arrived(MetadataGroup at, Command.ChangeMembers members) {
        return members;
    }

    /** The metadata group answers a query. */
    default Answer told(Query query, Answer answer) {
        return answer;
    }

    /** The metadata group answers. */
    default Answer answer(Command command, Answer answer) {
        return answer;
    }
}
