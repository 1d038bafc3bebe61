package io.ashlar.metadata.catalog;

import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.ServerId;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.DeviceState;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.ServerState;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Since when this peer has seen in its tables that a server's session has ended, or that a device
 * has failed. Every peer watches for itself, whether it leads or not, so a new leader goes on
 * counting where the last one was; nothing is replicated and no clocks are compared. A peer that
 * was started, or fell behind, meanwhile counts less than there was. One that was stopped for a
 * moment may have missed a return and counts more: moving a mirror too early costs a copy, and
 * nothing else. For one thread.
 */
final class Absences {

    private final Map<ServerId, Long> servers = new HashMap<>();
    private final Map<DeviceId, Long> devices = new HashMap<>();

    /** Looks at the tables; time in nanoseconds of any monotonic clock. */
    void watch(TablesView tables, long now) {
        for (ServerRow server : tables.servers().rows()) {
            note(servers, server.id(), server.state() == ServerState.EXPIRED, now);
        }
        for (DeviceRow device : tables.devices().rows()) {
            note(devices, device.id(), device.state() == DeviceState.FAILED, now);
        }
    }

    private static <K> void note(Map<K, Long> since, K key, boolean absent, long now) {
        if (absent) {
            since.putIfAbsent(key, now);
        } else {
            since.remove(key);
        }
    }

    /** Whether a server was gone at the last look, and for so long. */
    boolean gone(ServerId server, long nanos, long now) {
        return reached(servers.get(server), nanos, now);
    }

    /** Whether a device had failed at the last look, so long ago. */
    boolean failed(DeviceId device, long nanos, long now) {
        return reached(devices.get(device), nanos, now);
    }

    private static boolean reached(@Nullable Long since, long nanos, long now) {
        return since != null && now - since >= nanos;
    }
}
