package io.ashlar.metadata.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * A table as readers see it.
 *
 * @param <K> key
 * @param <V> row
 */
public interface TableView<K, V> {

    /** The row of a key. */
    Optional<V> get(K key);

    /** Visits all rows in the order of their keys. */
    void scan(BiConsumer<? super K, ? super V> visitor);

    /** All rows in the order of their keys. */
    default List<V> rows() {
        List<V> rows = new ArrayList<>();
        scan((_, row) -> rows.add(row));
        return rows;
    }
}
