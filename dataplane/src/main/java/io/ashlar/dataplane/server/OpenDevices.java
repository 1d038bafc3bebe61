package io.ashlar.dataplane.server;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.DeviceId;
import io.ashlar.dataplane.store.log.DeviceFormat;
import io.ashlar.dataplane.store.log.LogOptions;
import io.ashlar.dataplane.store.log.LogStore;
import io.ashlar.metadata.api.Command.OfferedDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The devices that a server was told to use, opened: all of them, or none. */
final class OpenDevices implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OpenDevices.class);

    private final List<LogStore> stores = new ArrayList<>();
    private final List<OfferedDevice> offered = new ArrayList<>();
    private final Map<DeviceId, Path> directories = new HashMap<>();

    /**
     * Opens every device; formats one whose directory is empty. One whose disk fails, or that is
     * damaged beyond use, is left out if there are others: the metadata group then shows it as
     * failed, and its mirrors are made anew elsewhere.
     *
     * @throws StorageException as {@link LogStore#open} says
     */
    OpenDevices(List<ServerConfig.OneDevice> devices, ClusterId cluster, long mapBytes) {
        LogOptions options = LogOptions.DEFAULT.withMapBytes(mapBytes);
        try {
            for (ServerConfig.OneDevice device : devices) {
                Path path = device.path().toAbsolutePath().normalize();
                try {
                    formatIfEmpty(path, device, cluster);
                    add(LogStore.open(path, cluster, options), path);
                } catch (StorageException e) {
                    if (!lost(e) || devices.size() == 1) {
                        throw e;
                    }
                    LOG.error("going on without a device: {}", e.getMessage());
                }
            }
            if (stores.isEmpty()) {
                throw new StorageException(ErrorCode.IO, "none of the devices can be used");
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Whether the device is at fault, and not whoever named it. */
    private static boolean lost(StorageException e) {
        return e.code() == ErrorCode.IO || e.code() == ErrorCode.CORRUPT;
    }

    private void add(LogStore store, Path path) {
        stores.add(store);
        directories.put(store.device(), path);
        offered.add(new OfferedDevice(store.device(), path.toString(), store.capacityBytes()));
    }

    /** Where a device is. */
    Path directory(LogStore store) {
        return Optional.ofNullable(directories.get(store.device())).orElseThrow();
    }

    private static void formatIfEmpty(Path path, ServerConfig.OneDevice device, ClusterId cluster) {
        try {
            Files.createDirectories(path);
            try (Stream<Path> entries = Files.list(path)) {
                if (entries.anyMatch(entry -> !entry.endsWith("lost+found"))) {
                    return;
                }
            }
        } catch (IOException e) {
            throw new StorageException(
                    ErrorCode.IO, "cannot use the device directory " + path + ": " + e, e);
        }
        LOG.info("formatting the empty directory {} as a device", path);
        DeviceFormat.format(path, new DeviceId(UUID.randomUUID()), cluster, device.capacity());
    }

    List<LogStore> stores() {
        return stores;
    }

    List<OfferedDevice> offered() {
        return offered;
    }

    @Override
    public void close() {
        stores.forEach(LogStore::close);
    }
}
