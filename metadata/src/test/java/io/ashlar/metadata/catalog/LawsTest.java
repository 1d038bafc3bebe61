package io.ashlar.metadata.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.event.Event;
import io.ashlar.metadata.event.MemberEvent;
import io.ashlar.metadata.model.EpochStart;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.Holder;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.Usage;
import io.ashlar.metadata.model.VolumeRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every sequence of commands; thousands of drawn ones per seed. */
class LawsTest {

    private static final int COMMANDS = 2500;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theTablesAreTheReplayOfTheEvents(long seed) {
        MemoryTables tables = new MemoryTables();
        List<Event> log = Drawn.run(tables, seed, COMMANDS);
        assertTrue(log.size() > COMMANDS / 10, "too few events to say anything: " + log.size());

        MemoryTables replayed = new MemoryTables();
        log.forEach(event -> Applier.apply(replayed, event));
        Same.assertSame(tables, replayed);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void everyRowIsConsistentAfterEveryEvent(long seed) {
        MemoryTables tables = new MemoryTables();
        Map<VolumeId, Long> epochs = new HashMap<>();
        Map<Grant, Holder> grants = new HashMap<>();
        Drawn drawn = new Drawn(tables, seed);
        for (int i = 0; i < COMMANDS; i++) {
            drawn.step();
            if (i % 20 == 0) {
                checkExtents(tables);
                checkUsage(tables);
            }
            for (VolumeRow v : tables.volumes().rows()) {
                long before = epochs.merge(v.id(), v.lease().epoch(), Math::max);
                assertEquals(before, v.lease().epoch(), "an epoch went back");
                v.lease()
                        .holder()
                        .ifPresent(h ->
                                assertEquals(
                                        h,
                                        grants.computeIfAbsent(
                                                new Grant(v.id(), v.lease().epoch()), _ -> h),
                                        "an epoch was granted twice"));
            }
        }
        assertTrue(grants.size() > 20, "too few grants to say anything: " + grants.size());
    }

    private record Grant(VolumeId volume, long epoch) {}

    private static void checkExtents(TablesView tables) {
        tables.extents()
                .scan((id, row) -> {
                    assertTrue(!row.inSync().isEmpty(), row.toString());
                    assertTrue(row.mirrors().containsAll(row.inSync()), row.toString());
                    assertTrue(row.mirrors().containsAll(row.retiring()), row.toString());
                    assertEquals(row.inSync().size(), new HashSet<>(row.inSync()).size());
                    checkHistory(row);
                    VolumeRow volume = tables.volumes().get(row.volume()).orElseThrow();
                    assertEquals(id, volume.extents().get(row.index()));
                    checkServers(tables, row);
                });
    }

    private static void checkHistory(ExtentRow row) {
        EpochStart before = new EpochStart(0, 0);
        for (EpochStart h : row.history()) {
            assertTrue(
                    h.epoch() > before.epoch() && h.firstSeq() > before.firstSeq(), row.toString());
            before = h;
        }
    }

    private static void checkServers(TablesView tables, ExtentRow row) {
        Set<Object> servers = new HashSet<>();
        for (MirrorId mirror : row.mirrors()) {
            LocationRow location = tables.locations().get(mirror).orElseThrow();
            assertEquals(row.id(), location.extent());
            assertTrue(
                    row.retiring().contains(mirror) || servers.add(location.server()),
                    "two mirrors stay on " + location.server() + ": " + row);
        }
    }

    private static void checkUsage(TablesView tables) {
        Map<Object, Usage> sums = new HashMap<>();
        tables.locations()
                .scan((_, l) -> {
                    ExtentRow extent = tables.extents().get(l.extent()).orElseThrow();
                    VolumeRow volume = tables.volumes().get(extent.volume()).orElseThrow();
                    long bytes = volume.extentSize(extent.index());
                    sums.put(l.device(), sums.getOrDefault(l.device(), Usage.NONE).plus(bytes));
                });
        tables.usage().scan((id, usage) -> assertEquals(sums.getOrDefault(id, Usage.NONE), usage));
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void aStaleEpochOrSetVersionNeverApplies(long seed) {
        MemoryTables tables = new MemoryTables();
        Drawn drawn = new Drawn(tables, seed);
        int tried = 0;
        for (int i = 0; i < COMMANDS; i++) {
            drawn.step();
            for (MemberEvent stale : stale(tables, drawn)) {
                ExtentRow before = tables.extents().get(stale.extent()).orElseThrow();
                Outcome outcome = Applier.apply(tables, new Event.MembersChanged(List.of(stale)));
                assertInstanceOf(Outcome.Applied.class, outcome);
                assertEquals(before, tables.extents().get(stale.extent()).orElseThrow());
                tried++;
            }
        }
        assertTrue(tried > COMMANDS, "too few stale events: " + tried);
    }

    private static List<MemberEvent> stale(TablesView tables, Drawn drawn) {
        List<MemberEvent> stale = new ArrayList<>();
        drawn.anExtent()
                .ifPresent(row -> {
                    long epoch = tables.volumes().get(row.volume()).orElseThrow().lease().epoch();
                    ExtentId id = row.id();
                    long version = row.setVersion();
                    MirrorId m = row.inSync().getFirst();
                    long off = 1L + drawn.upTo(3);
                    stale.add(new MemberEvent.MemberRemoved(id, epoch - off, version, m));
                    stale.add(new MemberEvent.MemberRemoved(id, epoch + off, version, m));
                    stale.add(new MemberEvent.MemberAdded(id, epoch, version - off, m));
                    stale.add(
                            new MemberEvent.Activated(
                                    id, epoch, version + off, row.inSync(), 1, false));
                });
        return stale;
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33})
    void aDelayedEventIsRefusedOrKeepsTheTablesConsistent(long seed) {
        MemoryTables tables = new MemoryTables();
        Drawn drawn = new Drawn(tables, seed);
        List<Event> planned = new ArrayList<>();
        int late = 0;
        for (int i = 0; i < COMMANDS; i++) {
            // As two leaders' clients would: some events are applied long after they were planned.
            drawn.plan().ifPresent(planned::add);
            if (!planned.isEmpty() && drawn.upTo(3) > 0) {
                int which = drawn.upTo(planned.size());
                if (Applier.apply(tables, planned.remove(which)) instanceof Outcome.Stale) {
                    late++;
                }
            }
            if (i % 50 == 0) {
                checkExtents(tables);
                checkUsage(tables);
            }
        }
        assertTrue(late > 100, "too few late events: " + late);
    }
}
