package io.ashlar.dataplane.server;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.ServerId;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import java.util.UUID;

/**
 * Who a server's directory says it is: drawn when the directory is first used, bound to one
 * cluster.
 *
 * @param server its name
 * @param identity so that two machines cannot share a name
 * @param cluster to which it belongs
 */
record ServerIdentity(ServerId server, UUID identity, ClusterId cluster) {

    private static final String FILE = "identity.properties";

    /**
     * Reads the identity, or makes it.
     *
     * @throws StorageException {@code INVALID} if the directory is another server's, {@code
     *     WRONG_CLUSTER} if another cluster's, {@code IO} if it cannot be used
     */
    static ServerIdentity of(Path directory, ServerId server, ClusterId cluster) {
        try {
            Files.createDirectories(directory);
            Path file = directory.resolve(FILE);
            if (!Files.exists(file)) {
                ServerIdentity made = new ServerIdentity(server, UUID.randomUUID(), cluster);
                made.save(file);
                return made;
            }
            ServerIdentity found = load(file);
            if (!found.server.equals(server)) {
                throw new StorageException(
                        ErrorCode.INVALID,
                        directory + " belongs to server " + found.server + ", not " + server);
            }
            if (!found.cluster.equals(cluster)) {
                throw new StorageException(
                        ErrorCode.WRONG_CLUSTER,
                        directory
                                + " belongs to cluster "
                                + found.cluster
                                + ", but the metadata group is that of cluster "
                                + cluster
                                + ": check --metadata");
            }
            return found;
        } catch (IOException e) {
            throw new StorageException(
                    ErrorCode.IO, "cannot use the directory " + directory + ": " + e, e);
        }
    }

    private static ServerIdentity load(Path file) throws IOException {
        Properties p = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            p.load(in);
        }
        try {
            return new ServerIdentity(
                    new ServerId(p.getProperty("server", "")),
                    UUID.fromString(p.getProperty("identity", "")),
                    ClusterId.parse(p.getProperty("cluster", "")));
        } catch (IllegalArgumentException e) {
            throw new StorageException(
                    ErrorCode.CORRUPT,
                    file + " is damaged; restore it, or give the server a new directory",
                    e);
        }
    }

    /** Crash order: 1. the whole file is durable under another name; 2. it gets its name. */
    private void save(Path file) throws IOException {
        Properties p = new Properties();
        p.setProperty("server", server.name());
        p.setProperty("identity", identity.toString());
        p.setProperty("cluster", cluster.toString());
        Path draft = file.resolveSibling(FILE + ".new");
        try (Writer out = Files.newBufferedWriter(draft)) {
            p.store(out, "Ashlar server identity");
        }
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
