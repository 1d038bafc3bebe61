package io.ashlar.metadata.catalog;

/**
 * A table as the applier sees it; reads see the writes before them.
 *
 * @param <K> key
 * @param <V> row
 */
public interface Table<K, V> extends TableView<K, V> {

    /** Inserts or replaces a row. */
    void put(K key, V row);

    /** Removes a row, if there is one. */
    void remove(K key);
}
