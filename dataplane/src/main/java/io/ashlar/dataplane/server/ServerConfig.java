package io.ashlar.dataplane.server;

import io.ashlar.common.config.ByteSize;
import io.ashlar.common.config.HostPort;
import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.message.Timing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a storage server is set up.
 *
 * @param server its name, stable over restarts
 * @param zone its failure domain
 * @param directory where it keeps its identity
 * @param devices where it keeps blocks; each is formatted when it is empty
 * @param metadata the metadata peers, {@code host:port,host:port,...}
 * @param peer where other servers connect; port 0 for any free one
 * @param nbd where clients connect; port 0 for any free one
 * @param nbdAlso where clients connect as well, without the cluster knowing
 * @param nbdSocket a unix socket for clients on this machine
 * @param shards how many event loops, 1 to 64
 * @param timing the protocol's times, equal on all servers of a cluster
 * @param resyncBytesPerSecond how fast each volume copies to returning mirrors, at least 1 MiB
 * @param scrub how each device is read through for bad blocks
 * @param security who may talk to it
 * @param mapBytes memory outside the heap for the maps of each device, at least 1 MiB
 */
public record ServerConfig(
        ServerId server,
        String zone,
        Path directory,
        List<OneDevice> devices,
        String metadata,
        HostPort peer,
        HostPort nbd,
        List<HostPort> nbdAlso,
        Optional<Path> nbdSocket,
        int shards,
        Timing timing,
        long resyncBytesPerSecond,
        Scrub scrub,
        Security security,
        long mapBytes) {

    /** 256 MiB/s: a quarter of what one resync can do on a fast disk. */
    public static final long DEFAULT_RESYNC = 256L << 20;

    /** 64 MiB: the maps of 16 GiB in memory, of the rest on the device. */
    public static final long DEFAULT_MAP = 64L << 20;

    /**
     * A device.
     *
     * @param path a directory
     * @param capacity what it may hold; used when it is formatted, the device remembers it
     */
    public record OneDevice(Path path, ByteSize capacity) {}

    /**
     * The background reading of all that a device holds.
     *
     * @param bytesPerSecond at most; 0 for never
     * @param pause between the end of a round and the next
     */
    public record Scrub(long bytesPerSecond, Duration pause) {

        /** 16 MiB/s, once a day: a TiB takes 18 hours. */
        public static final Scrub DEFAULT = new Scrub(16L << 20, Duration.ofHours(24));
    }

    /** Copies the lists and checks the bounds. */
    public ServerConfig {
        devices = List.copyOf(devices);
        nbdAlso = List.copyOf(nbdAlso);
        if (shards < 1 || shards > 64) {
            throw new IllegalArgumentException("shards must be 1 to 64: " + shards);
        }
    }
}
