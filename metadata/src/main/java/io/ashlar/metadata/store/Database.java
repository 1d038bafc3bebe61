package io.ashlar.metadata.store;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksObject;
import org.rocksdb.Status;

/**
 * An open RocksDB with its column families. The tables are small and the process shares a machine
 * with data: caches and memtables are bounded to a few MiB.
 */
final class Database implements AutoCloseable {

    /** The column family that RocksDB always has: format, applied index, cluster row. */
    static final int DEFAULT = 0;

    private static final long CACHE_BYTES = 8L << 20;
    private static final long MEMTABLE_BYTES = 2L << 20;
    private static final long ALL_MEMTABLES_BYTES = 8L << 20;

    private final List<RocksObject> owned = new ArrayList<>();
    private final List<ColumnFamilyHandle> columns = new ArrayList<>();
    private final RocksDB db;

    private Database(Path directory) throws RocksDBException {
        Cache cache = own(new LRUCache(CACHE_BYTES));
        ColumnFamilyOptions column =
                own(new ColumnFamilyOptions())
                        .setWriteBufferSize(MEMTABLE_BYTES)
                        .setTableFormatConfig(new BlockBasedTableConfig().setBlockCache(cache));
        DBOptions options =
                own(new DBOptions())
                        .setCreateIfMissing(true)
                        .setCreateMissingColumnFamilies(true)
                        // Without a WAL, column families may only be flushed together: a
                        // checkpoint must hold the rows of exactly the applied index.
                        .setAtomicFlush(true)
                        .setDbWriteBufferSize(ALL_MEMTABLES_BYTES)
                        .setMaxOpenFiles(256)
                        .setMaxBackgroundJobs(2)
                        .setAvoidFlushDuringShutdown(true)
                        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                        .setKeepLogFileNum(1);
        List<ColumnFamilyDescriptor> families = new ArrayList<>();
        families.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, column));
        for (Column<?, ?> c : Column.ALL) {
            families.add(new ColumnFamilyDescriptor(Keys.text(c.name()), column));
        }
        this.db = RocksDB.open(options, directory.toString(), families, columns);
    }

    static Database open(Path directory) {
        RocksDB.loadLibrary();
        try {
            return new Database(directory);
        } catch (RocksDBException e) {
            throw failure("cannot open the tables in " + directory, e);
        }
    }

    private <T extends RocksObject> T own(T resource) {
        owned.add(resource);
        return resource;
    }

    RocksDB db() {
        return db;
    }

    ColumnFamilyHandle column(int number) {
        return columns.get(number);
    }

    static StorageException failure(String what, RocksDBException e) {
        boolean corrupt =
                e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption;
        return new StorageException(
                corrupt ? ErrorCode.CORRUPT : ErrorCode.IO, what + ": " + e.getMessage(), e);
    }

    /** Closes the handles before the database and the options after it, as RocksDB wants. */
    @Override
    public void close() {
        columns.forEach(ColumnFamilyHandle::close);
        db.close();
        owned.reversed().forEach(RocksObject::close);
    }
}
