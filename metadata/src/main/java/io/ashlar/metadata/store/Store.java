package io.ashlar.metadata.store;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.metadata.catalog.Tables;
import io.ashlar.metadata.catalog.TablesView;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.rocksdb.Checkpoint;
import org.rocksdb.RocksDBException;

/**
 * The tables of one peer in a RocksDB. One thread writes; any thread reads, each read from one
 * point of the log. Not to be closed while either is under way.
 */
public final class Store implements AutoCloseable {

    /** What this version writes and reads; a change of keys or rows that old code would misread. */
    static final int FORMAT = 1;

    private static final byte[] FORMAT_KEY = Keys.text("format");
    private static final byte[] APPLIED_KEY = Keys.text("applied");

    private final Database database;

    private Store(Database database) {
        this.database = database;
    }

    /**
     * Opens the tables in a directory; makes empty ones where there are none.
     *
     * @throws StorageException {@code WRONG_VERSION} if another version wrote them, {@code CORRUPT}
     *     or {@code IO} if they cannot be read
     */
    public static Store open(Path directory) {
        Database database = Database.open(directory);
        try {
            checkFormat(database, directory);
        } catch (StorageException e) {
            database.close();
            throw e;
        }
        return new Store(database);
    }

    private static void checkFormat(Database database, Path directory) {
        try (BatchBytes batch = new BatchBytes(database)) {
            Optional<byte[]> found = batch.get(Database.DEFAULT, FORMAT_KEY);
            if (found.isEmpty() && batch.get(Database.DEFAULT, APPLIED_KEY).isEmpty()) {
                batch.put(Database.DEFAULT, FORMAT_KEY, Keys.number(FORMAT));
                batch.write();
                return;
            }
            long format = found.map(Keys::number).orElse(0L);
            if (format != FORMAT) {
                throw new StorageException(
                        ErrorCode.WRONG_VERSION,
                        "the tables in %s have format %d, this version reads %d: start the version that wrote them, or a later one"
                                .formatted(directory, format, FORMAT));
            }
        }
    }

    /** The entry up to which the tables hold the log. */
    public Applied applied() {
        try (SnapshotBytes bytes = new SnapshotBytes(database)) {
            return bytes.get(Database.DEFAULT, APPLIED_KEY)
                    .map(ByteBuffer::wrap)
                    .map(b -> new Applied(b.getLong(), b.getLong()))
                    .orElse(Applied.NOTHING);
        }
    }

    /** Reads the tables as they stand at one point of the log. */
    public <T> T read(Function<TablesView, T> reading) {
        try (SnapshotBytes bytes = new SnapshotBytes(database)) {
            return reading.apply(new StoredTables(bytes));
        }
    }

    /**
     * Changes the tables as one entry of the log says: its rows and its index are written together
     * or not at all.
     */
    public <T> T apply(Applied entry, Function<Tables, T> change) {
        try (BatchBytes bytes = new BatchBytes(database)) {
            T result = change.apply(new StoredTables(bytes));
            byte[] applied =
                    ByteBuffer.allocate(2 * Long.BYTES)
                            .putLong(entry.term())
                            .putLong(entry.index())
                            .array();
            bytes.put(Database.DEFAULT, APPLIED_KEY, applied);
            bytes.write();
            return result;
        }
    }

    /**
     * Makes a copy of the tables as they stand, on stable storage.
     *
     * @param directory must not exist; on the same file system
     */
    public void checkpoint(Path directory) {
        try (Checkpoint checkpoint = Checkpoint.create(database.db())) {
            checkpoint.createCheckpoint(directory.toString());
        } catch (RocksDBException e) {
            throw Database.failure("cannot make a checkpoint in " + directory, e);
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
