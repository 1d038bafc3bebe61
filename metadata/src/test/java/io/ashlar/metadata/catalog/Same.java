package io.ashlar.metadata.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.Map;

/** Compares tables row by row, in order. */
public final class Same {

    private Same() {}

    public static void assertSame(TablesView expected, TablesView actual) {
        assertEquals(rows(expected.volumes()), rows(actual.volumes()));
        assertEquals(rows(expected.names()), rows(actual.names()));
        assertEquals(rows(expected.requests()), rows(actual.requests()));
        assertEquals(rows(expected.extents()), rows(actual.extents()));
        assertEquals(rows(expected.locations()), rows(actual.locations()));
        assertEquals(rows(expected.servers()), rows(actual.servers()));
        assertEquals(rows(expected.devices()), rows(actual.devices()));
        assertEquals(rows(expected.usage()), rows(actual.usage()));
        assertEquals(expected.cluster(), actual.cluster());
    }

    /** As text, so that the order counts. */
    private static <K, V> String rows(TableView<K, V> table) {
        Map<K, V> rows = new LinkedHashMap<>();
        table.scan(rows::put);
        return rows.toString();
    }
}
