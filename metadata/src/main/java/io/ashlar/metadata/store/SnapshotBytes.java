package io.ashlar.metadata.store;

import java.util.Optional;
import java.util.function.BiConsumer;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;

/** The database as it stood when this was made. */
final class SnapshotBytes implements Bytes, AutoCloseable {

    private final Database database;
    private final Snapshot snapshot;
    private final ReadOptions options;

    SnapshotBytes(Database database) {
        this.database = database;
        this.snapshot = database.db().getSnapshot();
        this.options = new ReadOptions().setSnapshot(snapshot);
    }

    @Override
    public Optional<byte[]> get(int column, byte[] key) {
        try {
            return Optional.ofNullable(database.db().get(database.column(column), options, key));
        } catch (RocksDBException e) {
            throw Database.failure("cannot read the tables", e);
        }
    }

    @Override
    public void scan(int column, BiConsumer<byte[], byte[]> visitor) {
        try (RocksIterator rows = database.db().newIterator(database.column(column), options)) {
            visit(rows, visitor);
        }
    }

    static void visit(RocksIterator rows, BiConsumer<byte[], byte[]> visitor) {
        for (rows.seekToFirst(); rows.isValid(); rows.next()) {
            visitor.accept(rows.key(), rows.value());
        }
        try {
            rows.status();
        } catch (RocksDBException e) {
            throw Database.failure("cannot read the tables", e);
        }
    }

    @Override
    public void put(int column, byte[] key, byte[] row) {
        throw new UnsupportedOperationException("a view is read only");
    }

    @Override
    public void remove(int column, byte[] key) {
        throw new UnsupportedOperationException("a view is read only");
    }

    @Override
    public void close() {
        options.close();
        database.db().releaseSnapshot(snapshot);
        snapshot.close();
    }
}
