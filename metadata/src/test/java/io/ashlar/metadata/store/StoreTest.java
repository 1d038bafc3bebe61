package io.ashlar.metadata.store;

import static io.ashlar.metadata.catalog.Cluster.register;
import static io.ashlar.metadata.catalog.Cluster.server;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.metadata.catalog.Applier;
import io.ashlar.metadata.catalog.Cluster;
import io.ashlar.metadata.catalog.Drawn;
import io.ashlar.metadata.catalog.MemoryTables;
import io.ashlar.metadata.catalog.Plan;
import io.ashlar.metadata.catalog.Planner;
import io.ashlar.metadata.catalog.Same;
import io.ashlar.metadata.codec.EventCodec;
import io.ashlar.metadata.event.Event;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDBException;

class StoreTest {

    private static void apply(LiveTables tables, long index, Event event) {
        // Through the bytes, as the log carries it.
        Event decoded = EventCodec.fromBytes(ByteBuffer.wrap(EventCodec.toBytes(event)));
        tables.apply(new Applied(1, index), t -> Applier.apply(t, decoded));
    }

    private static void assertHolds(MemoryTables expected, LiveTables actual) {
        actual.read(view -> {
            Same.assertSame(expected, view);
            return view;
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void holdsWhatMemoryHoldsOverAnySplitByCheckpoints(long seed, @TempDir Path directory) {
        List<Event> log = Drawn.run(new MemoryTables(), seed, 3000);
        MemoryTables memory = new MemoryTables();
        Random random = new Random(seed);
        int checkpoints = 0;
        try (LiveTables tables = new LiveTables(directory.resolve("live"))) {
            tables.rebuild(Optional.empty());
            for (int i = 0; i < log.size(); i++) {
                Applier.apply(memory, log.get(i));
                apply(tables, i, log.get(i));
                if (random.nextInt(200) == 0) {
                    Path checkpoint = directory.resolve("checkpoint-" + i);
                    tables.checkpoint(new Applied(1, i), checkpoint);
                    assertEquals(new Applied(1, i), tables.rebuild(Optional.of(checkpoint)));
                    assertHolds(memory, tables);
                    checkpoints++;
                }
            }
            assertHolds(memory, tables);
        }
        assertTrue(checkpoints > 2, "too few checkpoints: " + checkpoints);
    }

    @Test
    void aRebuildForgetsWhatIsNotInTheCheckpoint(@TempDir Path directory) {
        try (LiveTables tables = new LiveTables(directory.resolve("live"))) {
            tables.rebuild(Optional.empty());
            apply(tables, 0, new Event.ClusterFormed(Cluster.ID));
            Path checkpoint = directory.resolve("checkpoint");
            tables.checkpoint(new Applied(1, 0), checkpoint);
            Plan plan = tables.read(view -> Planner.plan(view, register(1, 1)));
            apply(tables, 1, ((Plan.Proposed) plan).event());
            assertTrue(tables.read(view -> view.servers().get(server(1))).isPresent());

            assertEquals(new Applied(1, 0), tables.rebuild(Optional.of(checkpoint)));
            assertEquals(List.of(), tables.read(view -> view.servers().rows()));
        }
    }

    @Test
    void aCheckpointDoesNotChangeWithTheTables(@TempDir Path directory) {
        MemoryTables then = new MemoryTables();
        List<Event> log = Drawn.run(new MemoryTables(), 5, 2000);
        int half = log.size() / 2;
        Path checkpoint = directory.resolve("checkpoint");
        try (LiveTables tables = new LiveTables(directory.resolve("live"))) {
            tables.rebuild(Optional.empty());
            for (int i = 0; i < log.size(); i++) {
                apply(tables, i, log.get(i));
                if (i < half) {
                    Applier.apply(then, log.get(i));
                }
                if (i == half - 1) {
                    tables.checkpoint(new Applied(1, i), checkpoint);
                }
            }
            tables.rebuild(Optional.of(checkpoint));
            assertHolds(then, tables);
        }
    }

    @Test
    void aReadSeesOnePointOfTheLog(@TempDir Path directory) {
        try (LiveTables tables = new LiveTables(directory)) {
            tables.rebuild(Optional.empty());
            apply(tables, 0, new Event.ClusterFormed(Cluster.ID));
            tables.read(view -> {
                Plan plan = Planner.plan(view, register(1, 1));
                apply(tables, 1, ((Plan.Proposed) plan).event());
                assertTrue(view.servers().get(server(1)).isEmpty());
                assertTrue(view.devices().rows().isEmpty());
                return view;
            });
            assertTrue(tables.read(view -> view.servers().get(server(1))).isPresent());
        }
    }

    @Test
    void refusesTablesOfALaterFormat(@TempDir Path directory) {
        try (Database database = Database.open(directory);
                BatchBytes batch = new BatchBytes(database)) {
            batch.put(Database.DEFAULT, Keys.text("format"), Keys.number(Store.FORMAT + 1));
            batch.write();
            flush(database);
        }
        StorageException e =
                assertThrows(StorageException.class, () -> Store.open(directory).close());
        assertEquals(ErrorCode.WRONG_VERSION, e.code());
        assertTrue(String.valueOf(e.getMessage()).contains(directory.toString()), e.toString());
    }

    private static void flush(Database database) {
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            database.db().flush(wait);
        } catch (RocksDBException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void refusesACheckpointWithADamagedFile(@TempDir Path directory) throws IOException {
        Path checkpoint = directory.resolve("checkpoint");
        try (LiveTables tables = new LiveTables(directory.resolve("live"))) {
            tables.rebuild(Optional.empty());
            apply(tables, 0, new Event.ClusterFormed(Cluster.ID));
            tables.checkpoint(new Applied(1, 0), checkpoint);
            try (Stream<Path> files = Files.list(checkpoint)) {
                Path table =
                        files.filter(f -> f.toString().endsWith(".sst")).findFirst().orElseThrow();
                byte[] bytes = Files.readAllBytes(table);
                bytes[bytes.length / 3] ^= 0x40;
                Files.delete(table);
                Files.write(table, bytes);
            }
            StorageException e =
                    assertThrows(
                            StorageException.class,
                            () -> {
                                tables.rebuild(Optional.of(checkpoint));
                                tables.read(view -> view.cluster());
                            });
            assertEquals(ErrorCode.CORRUPT, e.code());
        }
    }

    @Test
    void refusesToReadWhileClosed(@TempDir Path directory) {
        LiveTables tables = new LiveTables(directory);
        StorageException e =
                assertThrows(StorageException.class, () -> tables.read(view -> view.cluster()));
        assertEquals(ErrorCode.UNAVAILABLE, e.code());
    }
}
