package io.ashlar.metadata.catalog;

import static io.ashlar.metadata.catalog.Plan.Answered;
import static io.ashlar.metadata.catalog.Plan.Proposed;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.ServerId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.event.Event;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.DeviceState;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.ServerState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Plans what concerns servers, their sessions and devices. */
final class ServerPlans {

    private static final int MAX_DEVICES = 256;
    private static final int MAX_ZONE = 63;

    private ServerPlans() {}

    static Plan register(TablesView tables, Command.RegisterServer c) {
        ClusterId cluster =
                tables.cluster()
                        .id()
                        .orElseThrow(() ->
                                new Refusal(
                                        ErrorCode.UNAVAILABLE,
                                        "the cluster is not formed yet; register again"));
        Optional<ServerRow> known = tables.servers().get(c.server());
        if (known.isPresent() && !known.get().identity().equals(c.identity())) {
            throw new Refusal(
                    ErrorCode.ALREADY_EXISTS,
                    "server name '%s' belongs to another server (identity %s at %s, this one is %s): give this server another name, or its old directory"
                            .formatted(
                                    c.server(),
                                    known.get().identity(),
                                    known.get().peerAddress(),
                                    c.identity()));
        }
        checkOffer(tables, c);
        ServerRow row =
                new ServerRow(
                        c.server(),
                        c.identity(),
                        c.zone(),
                        c.peerAddress(),
                        c.nbdAddress(),
                        ServerState.ALIVE,
                        c.nonce(),
                        known.filter(ServerRow::draining).isPresent());
        List<DeviceRow> devices = devices(tables, c);
        if (known.equals(Optional.of(row)) && devicesStand(tables, devices)) {
            return new Answered(new Answer.Registered(cluster));
        }
        OptionalLong previous =
                known.map(k -> OptionalLong.of(k.nonce())).orElseGet(OptionalLong::empty);
        return new Proposed(new Event.ServerRegistered(previous, row, devices));
    }

    private static void checkOffer(TablesView tables, Command.RegisterServer c) {
        if (c.devices().size() > MAX_DEVICES || c.zone().length() > MAX_ZONE) {
            throw new Refusal(
                    ErrorCode.INVALID,
                    "server '%s' may have at most %d devices and a zone of at most %d characters"
                            .formatted(c.server(), MAX_DEVICES, MAX_ZONE));
        }
        Set<DeviceId> seen = new HashSet<>();
        for (Command.OfferedDevice offered : c.devices()) {
            String what = "device " + offered.id() + " (" + offered.path() + ")";
            if (!seen.add(offered.id())) {
                throw new Refusal(ErrorCode.INVALID, what + " is offered twice");
            }
            if (offered.capacityBytes() <= 0) {
                throw new Refusal(
                        ErrorCode.INVALID, what + " has no capacity: " + offered.capacityBytes());
            }
            Optional<DeviceRow> known = tables.devices().get(offered.id());
            if (known.isPresent() && !known.get().server().equals(c.server())) {
                throw new Refusal(
                        ErrorCode.ALREADY_EXISTS,
                        "%s belongs to server '%s', not to '%s': bring it back there"
                                .formatted(what, known.get().server(), c.server()));
            }
        }
    }

    /** What is offered is online; what the server had and offers no more is failed. */
    private static List<DeviceRow> devices(TablesView tables, Command.RegisterServer c) {
        Set<DeviceId> offered = new HashSet<>();
        List<DeviceRow> rows = new ArrayList<>();
        for (Command.OfferedDevice d : c.devices()) {
            offered.add(d.id());
            rows.add(
                    new DeviceRow(
                            d.id(), c.server(), d.path(), d.capacityBytes(), DeviceState.ONLINE));
        }
        for (DeviceRow known : tables.devices().rows()) {
            if (known.server().equals(c.server()) && !offered.contains(known.id())) {
                rows.add(known.withState(DeviceState.FAILED));
            }
        }
        return rows;
    }

    private static boolean devicesStand(TablesView tables, List<DeviceRow> rows) {
        return rows.stream().allMatch(r -> tables.devices().get(r.id()).equals(Optional.of(r)));
    }

    static Plan report(TablesView tables, Command.ReportDevice c) {
        DeviceRow row =
                tables.devices()
                        .get(c.device())
                        .filter(d -> d.server().equals(c.server()))
                        .orElseThrow(() ->
                                new Refusal(
                                        ErrorCode.NOT_FOUND,
                                        "server '%s' has no device %s"
                                                .formatted(c.server(), c.device())));
        DeviceState state = c.failed() ? DeviceState.FAILED : DeviceState.ONLINE;
        return row.state() == state
                ? new Answered(new Answer.Done())
                : new Proposed(new Event.DeviceReported(c.server(), c.device(), state));
    }

    static Plan drain(TablesView tables, Command.DrainServer c) {
        ServerRow row =
                tables.servers()
                        .get(c.server())
                        .orElseThrow(() ->
                                new Refusal(ErrorCode.NOT_FOUND, "no server '" + c.server() + "'"));
        return row.draining() == c.draining()
                ? new Answered(new Answer.Done())
                : new Proposed(new Event.ServerDraining(c.server(), c.draining()));
    }

    static Plan expire(TablesView tables, Command.ExpireServer c) {
        ServerRow row = process(tables, c.server(), c.nonce());
        return row.state() == ServerState.EXPIRED
                ? new Answered(new Answer.Done())
                : new Proposed(new Event.ServerExpired(c.server(), c.nonce()));
    }

    static Plan giveBack(TablesView tables, Command.ReturnServer c) {
        ServerRow row = process(tables, c.server(), c.nonce());
        return row.state() == ServerState.ALIVE
                ? new Answered(new Answer.Done())
                : new Proposed(new Event.ServerReturned(c.server(), c.nonce()));
    }

    /** The row of a registered process; its nonce is checked. */
    static ServerRow process(TablesView tables, ServerId server, long nonce) {
        ServerRow row =
                tables.servers()
                        .get(server)
                        .orElseThrow(() ->
                                new Refusal(
                                        ErrorCode.NOT_FOUND,
                                        "no server '" + server + "'; register it first"));
        if (row.nonce() != nonce) {
            throw new Refusal(
                    ErrorCode.CONFLICT,
                    "another process of server '" + server + "' has registered since");
        }
        return row;
    }
}
