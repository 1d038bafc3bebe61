package io.ashlar.metadata.catalog;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.ServerId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.Holder;
import io.ashlar.metadata.model.VolumePolicy;
import io.ashlar.metadata.model.VolumeView;
import java.util.List;
import java.util.UUID;

/** Commands of a small cluster, with ids that follow from small numbers. */
public final class Cluster {

    public static final ClusterId ID = new ClusterId(new UUID(7, 7));
    public static final long GIB = 1L << 30;

    private Cluster() {}

    public static ServerId server(int n) {
        return new ServerId("server-" + n);
    }

    public static DeviceId device(int n) {
        return new DeviceId(new UUID(0xD, n));
    }

    public static Holder holder(int n, long nonce) {
        return new Holder(server(n), nonce);
    }

    /** Server n in its own zone, with device n of 100 GiB. */
    public static Command.RegisterServer register(int n, long nonce) {
        return register(n, nonce, "zone-" + n, 100 * GIB);
    }

    public static Command.RegisterServer register(int n, long nonce, String zone, long capacity) {
        return new Command.RegisterServer(
                server(n),
                new UUID(0x5, n),
                nonce,
                zone,
                new HostPort("127.0.0.1", 7200 + n),
                new HostPort("127.0.0.1", 10800 + n),
                List.of(new Command.OfferedDevice(device(n), "/disk/" + n, capacity)));
    }

    public static Command.CreateVolume createVolume(String name, long size, int mirrors) {
        return new Command.CreateVolume(
                new UUID(0xC, name.hashCode()), name, size, 0, new VolumePolicy(mirrors, 1));
    }

    /** A catalog with servers 1 to n, each registered with nonce 1. */
    public static Catalog catalog(int servers) {
        Catalog catalog = new Catalog(ID);
        for (int n = 1; n <= servers; n++) {
            catalog.submit(register(n, 1));
        }
        return catalog;
    }

    public static VolumeView view(Answer answer) {
        return ((Answer.Volume) answer).view();
    }
}
