package io.ashlar.dataplane.shard;

import io.ashlar.common.id.DeviceId;
import io.ashlar.dataplane.store.DeviceStore;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The devices of this server. Immutable. */
public final class Devices {

    private final Map<DeviceId, DeviceStore> stores;

    /** Of opened devices. */
    public Devices(Collection<? extends DeviceStore> opened) {
        stores =
                opened.stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        DeviceStore::device, Function.identity()));
    }

    /** The device with this identity. */
    public Optional<DeviceStore> of(DeviceId device) {
        return Optional.ofNullable(stores.get(device));
    }

    /** All of them. */
    public Collection<DeviceStore> all() {
        return stores.values();
    }
}
