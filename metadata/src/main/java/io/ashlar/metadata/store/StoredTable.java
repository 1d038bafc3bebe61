package io.ashlar.metadata.store;

import io.ashlar.metadata.catalog.Table;
import java.util.Optional;
import java.util.function.BiConsumer;

/** One table over bytes. */
record StoredTable<K, V>(Column<K, V> column, Bytes bytes) implements Table<K, V> {

    @Override
    public Optional<V> get(K key) {
        return bytes.get(column.number(), column.keyBytes().apply(key)).map(column.row());
    }

    @Override
    public void scan(BiConsumer<? super K, ? super V> visitor) {
        bytes.scan(
                column.number(),
                (key, row) -> visitor.accept(column.key().apply(key), column.row().apply(row)));
    }

    @Override
    public void put(K key, V row) {
        bytes.put(column.number(), column.keyBytes().apply(key), column.rowBytes().apply(row));
    }

    @Override
    public void remove(K key) {
        bytes.remove(column.number(), column.keyBytes().apply(key));
    }
}
