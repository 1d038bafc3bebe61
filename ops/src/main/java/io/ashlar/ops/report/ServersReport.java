package io.ashlar.ops.report;

import io.ashlar.common.config.ByteSize;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.Usage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** All servers with their devices, in order of their names. */
public record ServersReport(List<Server> servers) implements Report {

    /**
     * One of them.
     *
     * @param state {@code alive} or {@code expired}
     * @param peer {@code host:port} for other servers
     * @param nbd {@code host:port} for clients
     * @param draining whether its mirrors are moving elsewhere
     * @param mirrors how many are placed on its devices
     */
    public record Server(
            String name,
            String zone,
            String state,
            String peer,
            String nbd,
            List<Device> devices,
            boolean draining,
            long mirrors) {}

    /**
     * A device of a server.
     *
     * @param capacity in bytes
     * @param state {@code online} or {@code failed}
     * @param mirrors how many are placed there
     * @param placed what they may come to hold, in bytes
     */
    public record Device(
            String id, String path, long capacity, String state, long mirrors, long placed) {}

    /** The report of these rows; {@code usage} is that of each device. */
    public static ServersReport of(
            List<ServerRow> servers, List<DeviceRow> devices, List<Usage> usage) {
        Map<DeviceRow, Usage> used = new LinkedHashMap<>();
        for (int i = 0; i < devices.size(); i++) {
            used.put(devices.get(i), i < usage.size() ? usage.get(i) : Usage.NONE);
        }
        return new ServersReport(servers.stream().map(row -> server(row, used)).toList());
    }

    private static Server server(ServerRow row, Map<DeviceRow, Usage> used) {
        List<Device> devices = new ArrayList<>();
        used.forEach((device, usage) -> {
            if (device.server().equals(row.id())) {
                devices.add(device(device, usage));
            }
        });
        return new Server(
                row.id().name(),
                row.zone(),
                row.state().name().toLowerCase(Locale.ROOT),
                row.peerAddress().toString(),
                row.nbdAddress().toString(),
                devices,
                row.draining(),
                devices.stream().mapToLong(Device::mirrors).sum());
    }

    private static Device device(DeviceRow row, Usage usage) {
        return new Device(
                row.id().toString(),
                row.path(),
                row.capacityBytes(),
                row.state().name().toLowerCase(Locale.ROOT),
                usage.mirrors(),
                usage.bytes());
    }

    @Override
    public String text() {
        TextTable table =
                new TextTable("SERVER", "STATE", "ZONE", "PEER", "NBD", "MIRRORS", "DEVICES");
        for (Server s : servers) {
            table.row(
                    s.name,
                    s.draining ? s.state + " draining" : s.state,
                    s.zone,
                    s.peer,
                    s.nbd,
                    Long.toString(s.mirrors),
                    s.devices.stream()
                            .map(d ->
                                    d.path + " (" + new ByteSize(d.capacity) + " " + d.state + ")")
                            .collect(Collectors.joining(", ")));
        }
        return table.toString();
    }
}
