package io.ashlar.dataplane.store.log;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A device in a directory, held by a lock on its {@code lock} file as long as it is open. */
final class DirectoryFiles implements DeviceFiles {

    private static final String LOCK = "lock";

    private final Path directory;
    private final FileChannel lock;
    private final OpenOption[] access;
    private final List<DeviceFile> opened = new ArrayList<>();

    private DirectoryFiles(Path directory, FileChannel lock, OpenOption... access) {
        this.directory = directory;
        this.lock = lock;
        this.access = access;
    }

    /**
     * Takes the device.
     *
     * @throws StorageException IN_USE if someone else holds it, NOT_FOUND if there is no directory
     */
    static DirectoryFiles hold(Path directory) throws IOException {
        requireDirectory(directory);
        FileChannel lock = FileChannel.open(directory.resolve(LOCK), CREATE, WRITE);
        return locked(directory, lock, false, READ, WRITE);
    }

    /**
     * Takes the device for reading only: of its files none is made or changed, and others may look
     * at it too.
     *
     * @throws StorageException IN_USE if someone has it open for writing, NOT_FOUND if there is no
     *     device
     */
    static DirectoryFiles look(Path directory) throws IOException {
        requireDirectory(directory);
        try {
            return locked(directory, FileChannel.open(directory.resolve(LOCK), READ), true, READ);
        } catch (NoSuchFileException e) {
            throw new StorageException(
                    ErrorCode.NOT_FOUND,
                    directory
                            + " is no Ashlar device: it has no file "
                            + LOCK
                            + "; is its disk mounted?",
                    e);
        }
    }

    private static void requireDirectory(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new StorageException(
                    ErrorCode.NOT_FOUND,
                    "device " + directory + " is not a directory: is its disk mounted?");
        }
    }

    private static DirectoryFiles locked(
            Path directory, FileChannel lock, boolean shared, OpenOption... access)
            throws IOException {
        if (!lockedNow(lock, shared)) {
            lock.close();
            throw new StorageException(
                    ErrorCode.IN_USE,
                    "device "
                            + directory
                            + " is open in another process or twice in this one: stop that one, or"
                            + " give this server another device");
        }
        return new DirectoryFiles(directory, lock, access);
    }

    private static boolean lockedNow(FileChannel lock, boolean shared) throws IOException {
        try {
            // The lock lives as long as its channel; the object itself is not needed.
            return lock.tryLock(0, Long.MAX_VALUE, shared) != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(directory.resolve(name));
    }

    @Override
    public Optional<DeviceFile> open(String name) throws IOException {
        try {
            return Optional.of(file(directory.resolve(name), access));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public DeviceFile create(String name) throws IOException {
        return file(directory.resolve(name), CREATE, TRUNCATE_EXISTING, READ, WRITE);
    }

    private DeviceFile file(Path path, OpenOption... options) throws IOException {
        DeviceFile file = new ChannelFile(path, FileChannel.open(path, options));
        opened.add(file);
        return file;
    }

    @Override
    public void syncNames() throws IOException {
        try (FileChannel names = FileChannel.open(directory, READ)) {
            names.force(true);
        }
    }

    @Override
    public String place() {
        return directory.toString();
    }

    /** All that was opened too: after an open that failed half way, nobody else can. */
    @Override
    public void close() throws IOException {
        for (DeviceFile file : opened) {
            file.close();
        }
        lock.close();
    }
}
