package io.ashlar.metadata.store;

import java.util.Optional;
import java.util.function.BiConsumer;

/** The bytes under the tables: a snapshot of the database, or a batch that is being filled. */
interface Bytes {

    Optional<byte[]> get(int column, byte[] key);

    void scan(int column, BiConsumer<byte[], byte[]> visitor);

    void put(int column, byte[] key, byte[] row);

    void remove(int column, byte[] key);
}
