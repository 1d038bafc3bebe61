package io.ashlar.metadata.store;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.metadata.catalog.Tables;
import io.ashlar.metadata.catalog.TablesView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The store that a peer works on. It is always rebuilt from the newest checkpoint, never reused: a
 * database that was open when the process died holds an unknown part of the log. Any thread may
 * read; a rebuild waits for readers and readers wait for it.
 */
public final class LiveTables implements AutoCloseable {

    private final Path directory;
    private final ReadWriteLock gate = new ReentrantReadWriteLock();
    private Optional<Store> store = Optional.empty();

    /**
     * Tables that are not open yet.
     *
     * @param directory theirs alone; its content is deleted by a rebuild
     */
    public LiveTables(Path directory) {
        this.directory = directory;
    }

    /**
     * Replaces the tables by those of a checkpoint, or by empty ones.
     *
     * @return the log entry up to which they hold the log
     */
    public Applied rebuild(Optional<Path> checkpoint) {
        gate.writeLock().lock();
        try {
            store.ifPresent(Store::close);
            store = Optional.empty();
            deleteAll(directory);
            Files.createDirectories(directory);
            if (checkpoint.isPresent()) {
                copy(checkpoint.get());
            }
            Store opened = Store.open(directory);
            store = Optional.of(opened);
            return opened.applied();
        } catch (IOException | UncheckedIOException e) {
            throw new StorageException(
                    ErrorCode.IO, "cannot rebuild the tables in " + directory + ": " + e, e);
        } finally {
            gate.writeLock().unlock();
        }
    }

    /** Table files never change, so they are shared with the checkpoint; the rest is copied. */
    private void copy(Path checkpoint) throws IOException {
        for (Path file : files(checkpoint)) {
            String name = file.getFileName().toString();
            Path copy = directory.resolve(name);
            if (name.endsWith(".sst")) {
                Files.createLink(copy, file);
            } else if (!name.endsWith(".md5")) {
                Files.copy(file, copy);
            }
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** See {@link Store#read}. */
    public <T> T read(Function<TablesView, T> reading) {
        return open(s -> s.read(reading));
    }

    /** See {@link Store#apply}; for one thread. */
    public <T> T apply(Applied entry, Function<Tables, T> change) {
        return open(s -> s.apply(entry, change));
    }

    /**
     * See {@link Store#checkpoint}.
     *
     * @param entry recorded as applied in the checkpoint: the log's entries up to it that do not
     *     change tables count too
     */
    public void checkpoint(Applied entry, Path target) {
        open(s -> {
            s.apply(entry, tables -> tables);
            s.checkpoint(target);
            return entry;
        });
    }

    private <T> T open(Function<Store, T> use) {
        gate.readLock().lock();
        try {
            return use.apply(
                    store.orElseThrow(() ->
                            new StorageException(
                                    ErrorCode.UNAVAILABLE, "the tables are not open")));
        } finally {
            gate.readLock().unlock();
        }
    }

    @Override
    public void close() {
        gate.writeLock().lock();
        try {
            store.ifPresent(Store::close);
            store = Optional.empty();
        } finally {
            gate.writeLock().unlock();
        }
    }
}
