/**
 * The tables in RocksDB, one column family each: the only importer of RocksDB. The log is their
 * write-ahead log: a batch holds the rows that an entry changed and the entry's index, nothing is
 * synced but a checkpoint, and after a restart the log is replayed from the newest one.
 */
@NullMarked
package io.ashlar.metadata.store;

import org.jspecify.annotations.NullMarked;
