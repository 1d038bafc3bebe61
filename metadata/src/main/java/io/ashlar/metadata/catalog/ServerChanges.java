package io.ashlar.metadata.catalog;

import io.ashlar.common.id.ServerId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.catalog.Outcome.Applied;
import io.ashlar.metadata.catalog.Outcome.Stale;
import io.ashlar.metadata.event.Event;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.ServerState;
import java.util.Optional;
import java.util.OptionalLong;

/** Applies what concerns servers: their own rows and devices, never an in-sync set (H3). */
final class ServerChanges {

    private ServerChanges() {}

    static Outcome registered(Tables tables, Event.ServerRegistered e) {
        ServerRow next = e.server();
        Optional<ServerRow> known = tables.servers().get(next.id());
        OptionalLong nonce =
                known.map(k -> OptionalLong.of(k.nonce())).orElseGet(OptionalLong::empty);
        if (!nonce.equals(e.previousNonce())
                || known.filter(k -> !k.identity().equals(next.identity())).isPresent()) {
            return new Stale("server " + next.id() + " was registered meanwhile");
        }
        for (DeviceRow device : e.devices()) {
            Optional<DeviceRow> there = tables.devices().get(device.id());
            if (there.filter(d -> !d.server().equals(next.id())).isPresent()) {
                return new Stale("device " + device.id() + " was registered meanwhile");
            }
        }
        // An operator's word outlives the process, also if it was given while this was planned.
        boolean draining = known.filter(ServerRow::draining).isPresent();
        tables.servers().put(next.id(), next.withDraining(draining));
        e.devices().forEach(d -> tables.devices().put(d.id(), d));
        return new Applied(new Answer.Registered(tables.cluster().id().orElseThrow()));
    }

    static Outcome reported(Tables tables, Event.DeviceReported e) {
        Optional<DeviceRow> row =
                tables.devices().get(e.device()).filter(d -> d.server().equals(e.server()));
        if (row.isEmpty()) {
            return new Stale("device " + e.device() + " is not on " + e.server());
        }
        tables.devices().put(e.device(), row.get().withState(e.state()));
        return new Applied(new Answer.Done());
    }

    static Outcome draining(Tables tables, Event.ServerDraining e) {
        Optional<ServerRow> row = tables.servers().get(e.server());
        if (row.isEmpty()) {
            return new Stale("server " + e.server() + " is not registered");
        }
        tables.servers().put(e.server(), row.get().withDraining(e.draining()));
        return new Applied(new Answer.Done());
    }

    static Outcome expired(Tables tables, Event.ServerExpired e) {
        return turned(tables, e.server(), e.nonce(), ServerState.ALIVE, ServerState.EXPIRED);
    }

    static Outcome returned(Tables tables, Event.ServerReturned e) {
        return turned(tables, e.server(), e.nonce(), ServerState.EXPIRED, ServerState.ALIVE);
    }

    private static Outcome turned(
            Tables tables, ServerId id, long nonce, ServerState from, ServerState to) {
        Optional<ServerRow> row =
                tables.servers().get(id).filter(r -> r.nonce() == nonce && r.state() == from);
        if (row.isEmpty()) {
            return new Stale("server " + id + " is not " + from + " with that nonce");
        }
        tables.servers().put(id, row.get().withState(to));
        return new Applied(new Answer.Done());
    }
}
