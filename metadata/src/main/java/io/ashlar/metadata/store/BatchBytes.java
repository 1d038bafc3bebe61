package io.ashlar.metadata.store;

import java.util.Optional;
import java.util.function.BiConsumer;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatchWithIndex;
import org.rocksdb.WriteOptions;

/** The database with changes on top that are not in it yet. */
final class BatchBytes implements Bytes, AutoCloseable {

    private final Database database;
    private final WriteBatchWithIndex batch = new WriteBatchWithIndex(true);
    private final ReadOptions options = new ReadOptions();

    BatchBytes(Database database) {
        this.database = database;
    }

    @Override
    public Optional<byte[]> get(int column, byte[] key) {
        try {
            return Optional.ofNullable(
                    batch.getFromBatchAndDB(database.db(), database.column(column), options, key));
        } catch (RocksDBException e) {
            throw Database.failure("cannot read the tables", e);
        }
    }

    @Override
    public void scan(int column, BiConsumer<byte[], byte[]> visitor) {
        // The merged iterator owns the one beneath it.
        try (RocksIterator rows =
                batch.newIteratorWithBase(
                        database.column(column),
                        database.db().newIterator(database.column(column), options))) {
            SnapshotBytes.visit(rows, visitor);
        }
    }

    @Override
    public void put(int column, byte[] key, byte[] row) {
        try {
            batch.put(database.column(column), key, row);
        } catch (RocksDBException e) {
            throw Database.failure("cannot change the tables", e);
        }
    }

    @Override
    public void remove(int column, byte[] key) {
        try {
            batch.delete(database.column(column), key);
        } catch (RocksDBException e) {
            throw Database.failure("cannot change the tables", e);
        }
    }

    void write() {
        // The Raft log is the write-ahead log.
        try (WriteOptions noWal = new WriteOptions().setDisableWAL(true)) {
            database.db().write(noWal, batch);
        } catch (RocksDBException e) {
            throw Database.failure("cannot change the tables", e);
        }
    }

    @Override
    public void close() {
        options.close();
        batch.close();
    }
}
