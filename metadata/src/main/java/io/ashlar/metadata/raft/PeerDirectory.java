package io.ashlar.metadata.raft;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The directory of one peer, locked while this is open. The file {@code peer} in it says whose it
 * is; another peer, or the same one of another group, must not run on its log.
 */
final class PeerDirectory implements AutoCloseable {

    private static final String FORMAT = "ashlar metadata peer, format 1";

    private final FileChannel lock;

    private PeerDirectory(FileChannel lock) {
        this.lock = lock;
    }

    static PeerDirectory open(PeerConfig config) {
        Path directory = config.directory();
        try {
            Files.createDirectories(directory);
            FileChannel lock = lock(directory);
            try {
                checkOwner(directory, config);
            } catch (StorageException | IOException e) {
                lock.close();
                throw e;
            }
            return new PeerDirectory(lock);
        } catch (IOException e) {
            throw new StorageException(
                    ErrorCode.IO, "cannot use the directory " + directory + ": " + e, e);
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        directory.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        Optional<FileLock> held;
        try {
            held = Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException e) {
            held = Optional.empty();
        }
        if (held.isEmpty()) {
            channel.close();
            throw new StorageException(
                    ErrorCode.IN_USE,
                    "directory "
                            + directory
                            + " is in use by another metadata peer: stop it, or give this one its"
                            + " own directory");
        }
        return channel;
    }

    private static void checkOwner(Path directory, PeerConfig config) throws IOException {
        Path file = directory.resolve("peer");
        String mine =
                FORMAT
                        + "\nid "
                        + config.id()
                        + "\npeers "
                        + PeerAddress.format(config.peers())
                        + "\n";
        if (!Files.exists(file)) {
            if (Files.exists(directory.resolve("raft"))) {
                throw new StorageException(
                        ErrorCode.CORRUPT,
                        "directory %s holds a log, but the file 'peer' that says whose is missing: restore it, or give an empty directory"
                                .formatted(directory));
            }
            write(directory, file, mine);
            return;
        }
        String found = Files.readString(file, UTF_8);
        if (!found.startsWith(FORMAT + "\n")) {
            throw new StorageException(
                    ErrorCode.WRONG_VERSION,
                    "%s is not in '%s': start the version that wrote it".formatted(file, FORMAT));
        }
        if (!found.equals(mine)) {
            throw new StorageException(
                    ErrorCode.WRONG_CLUSTER,
                    "directory %s belongs to another metadata peer or group (%s), not to id %s of %s: give each peer its own directory"
                            .formatted(
                                    directory,
                                    found.substring(FORMAT.length()).strip().replace('\n', ' '),
                                    config.id(),
                                    PeerAddress.format(config.peers())));
        }
    }

    private static void write(Path directory, Path file, String text) throws IOException {
        Path next = directory.resolve("peer.next");
        // 1. complete and durable under another name, 2. renamed: it is whole or not there.
        Files.writeString(
                next,
                text,
                UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.SYNC,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
