package io.ashlar.dataplane.server;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.config.ByteSize;
import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.store.log.Damage;
import io.ashlar.dataplane.store.log.DeviceInspector;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.ClusterSettings;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.DeviceState;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.VolumeView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One bit turned over on a server's device, at each kind of place, each under a volume of its own:
 * clients read what they wrote, and in the end the server's mirror holds it too. {@code
 * DamagedPlacesTest} shows what the device itself says.
 */
@Timeout(120)
class RottenPlacesTest {

    private static final String VICTIM = "server-1";
    private static final ServerId VICTIM_ID = new ServerId(VICTIM);
    private static final String WRITER = "server-2";

    /** More pages change than may differ from what is stored: a checkpoint comes on the way. */
    private static final int PAGES = 140;

    private static final int PAGE = Blocks.PER_PAGE << Blocks.SHIFT;
    private static final int RUN = 5 << Blocks.SHIFT;
    private static final int LATER = 20;

    /** Found by reading alone, and mended in place: {@code PAYLOAD} and {@code OLD_PAYLOAD}. */
    private static final int ROTTEN_PAYLOADS = 2;

    @TempDir private static Path directory;
    private static TestCluster cluster;
    private static final Map<Damage, DeviceRow> BEFORE = new EnumMap<>(Damage.class);
    private static final Map<Damage, DeviceRow> AFTER = new EnumMap<>(Damage.class);
    private static final Map<Damage, String> WRONG = new EnumMap<>(Damage.class);

    @BeforeAll
    static void damageAndReturn() throws Exception {
        cluster = new TestCluster(directory, RottenPlacesTest::setUp);
        for (Damage damage : Damage.values()) {
            cluster.createVolume(volume(damage), (long) PAGES * PAGE);
            write(damage);
            BEFORE.put(damage, device(damage));
        }
        Command soon = new Command.Configure(new ClusterSettings(0, Duration.ofSeconds(1)));
        assertEquals(new Answer.Done(), cluster.client().submit(soon));

        cluster.stop(VICTIM);
        for (Map.Entry<Damage, DeviceRow> e : BEFORE.entrySet()) {
            e.getKey().to(Path.of(e.getValue().path()));
        }
        cluster.start(VICTIM);

        for (Damage damage : Damage.values()) {
            try (NbdClient client = cluster.connect(VICTIM, volume(damage))) {
                read(damage, client);
            }
        }
        for (Damage damage : Damage.values()) {
            awaitThreeInSync(damage);
            AFTER.put(damage, device(damage));
        }
        Map<Damage, NbdClient> clients = new EnumMap<>(Damage.class);
        for (Damage damage : Damage.values()) {
            awaitFree(damage);
            NbdClient client = cluster.connect(VICTIM, volume(damage));
            clients.put(damage, client);
            read(damage, client);
        }
        await("repairs", () -> repairs() >= ROTTEN_PAYLOADS);
        for (NbdClient client : clients.values()) {
            client.flush(); // behind the repairs
            client.close();
        }
        cluster.stop(VICTIM);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** The victim has a device for each volume, with few pages of maps in memory. */
    private static ServerConfig setUp(ServerConfig usual) {
        Stream<ServerConfig.OneDevice> devices =
                usual.server().equals(VICTIM_ID)
                        ? Stream.of(Damage.values())
                                .map(damage -> usual.directory().resolve(volume(damage)))
                                .map(path ->
                                        new ServerConfig.OneDevice(path, new ByteSize(64 << 20)))
                        : usual.devices().stream();
        return new ServerConfig(
                usual.server(),
                usual.zone(),
                usual.directory(),
                devices.toList(),
                usual.metadata(),
                usual.peer(),
                usual.nbd(),
                usual.nbdAlso(),
                usual.nbdSocket(),
                usual.shards(),
                usual.timing(),
                usual.resyncBytesPerSecond(),
                new ServerConfig.Scrub(0, Duration.ZERO),
                usual.security(),
                1 << 20);
    }

    private static String volume(Damage damage) {
        return damage.name().toLowerCase(Locale.ROOT);
    }

    private static void write(Damage damage) throws IOException {
        try (NbdClient client = cluster.connect(WRITER, volume(damage))) {
            for (int page = 0; page < PAGES; page++) {
                client.write((long) page * PAGE, bytes(damage, page, RUN));
            }
            for (int page = 0; page < LATER; page++) {
                client.write((long) page * PAGE, bytes(damage, -page, Blocks.SIZE));
            }
            client.flush();
        }
    }

    private static byte[] bytes(Damage damage, int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(damage.name().hashCode() * 1000L + seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] expected(Damage damage, int page, int length) {
        byte[] expected = new byte[length];
        System.arraycopy(bytes(damage, page, RUN), 0, expected, 0, RUN);
        if (page < LATER) {
            System.arraycopy(bytes(damage, -page, Blocks.SIZE), 0, expected, 0, Blocks.SIZE);
        }
        return expected;
    }

    /** All of the first page, also what nobody wrote: that is where a page of a map is damaged. */
    private static int length(int page) {
        return page == 0 ? PAGE : RUN;
    }

    /** Where the victim coordinates, the mirror beside the coordinator is asked first. */
    private static void read(Damage damage, NbdClient client) throws IOException {
        for (int page = 0; page < PAGES; page++) {
            byte[] found = client.read((long) page * PAGE, length(page));
            if (!Arrays.equals(expected(damage, page, found.length), found)) {
                WRONG.put(damage, "page " + page);
            }
        }
    }

    private static VolumeView view(Damage damage) {
        Query query = new Query.ShowVolume(volume(damage));
        return ((Answer.Volume) cluster.client().ask(query)).view();
    }

    private static DeviceRow row(DeviceId id) {
        Answer.Servers servers = (Answer.Servers) cluster.client().ask(new Query.ListServers());
        return servers.devices().stream().filter(d -> d.id().equals(id)).findFirst().orElseThrow();
    }

    /** Where the victim keeps its mirror of a volume now. */
    private static DeviceRow device(Damage damage) {
        return row(
                view(damage).locations().values().stream()
                        .filter(location -> location.server().equals(VICTIM_ID))
                        .map(LocationRow::device)
                        .findFirst()
                        .orElseThrow());
    }

    private static void awaitThreeInSync(Damage damage) {
        await(
                damage + " in sync",
                () -> {
                    ExtentRow row = view(damage).extents().getFirst();
                    return row.inSync().size() == 3 && row.mirrors().size() == 3;
                });
    }

    /** Until other servers have let go of a volume, so that the victim coordinates it. */
    private static void awaitFree(Damage damage) {
        await(
                damage + " let go",
                () -> cluster.holder(volume(damage)).filter(h -> !h.equals(VICTIM)).isEmpty());
    }

    private static long repairs() {
        return cluster.names().stream()
                .mapToLong(server -> cluster.count(server, "coordinator.blocks.repaired"))
                .sum();
    }

    private static void await(String what, BooleanSupplier holds) {
        long start = System.nanoTime();
        while (!holds.getAsBoolean()) {
            assertTrue(System.nanoTime() - start < 60_000_000_000L, what);
            LockSupport.parkNanos(20_000_000);
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void whatRottedWasNeverReturnedAndIsMended(Damage damage) throws IOException {
        assertFalse(WRONG.containsKey(damage), () -> WRONG.get(damage) + " was read wrong");
        Path device = Path.of(after(damage).path());
        MirrorId mirror = mirror(damage);
        try (DeviceInspector inspector = DeviceInspector.open(device)) {
            assertEquals(List.of(), inspector.verify());
            assertEquals(List.of(), inspector.damagedCopies());
            Path image = directory.resolve(damage + ".raw");
            try (FileChannel raw = FileChannel.open(image, CREATE_NEW, READ, WRITE)) {
                inspector.export(mirror, raw, 0, (long) PAGES * PAGE);
                for (int page = 0; page < PAGES; page++) {
                    byte[] found = new byte[length(page)];
                    raw.read(ByteBuffer.wrap(found), (long) page * PAGE);
                    assertArrayEquals(expected(damage, page, found.length), found, "page " + page);
                }
            }
        }
    }

    private static DeviceRow before(Damage damage) {
        return Objects.requireNonNull(BEFORE.get(damage));
    }

    private static DeviceRow after(Damage damage) {
        return Objects.requireNonNull(AFTER.get(damage));
    }

    private static MirrorId mirror(Damage damage) {
        return view(damage).locations().entrySet().stream()
                .filter(e -> e.getValue().server().equals(VICTIM_ID))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    /** Of a device that cannot be opened, the mirrors are made anew on another. */
    @ParameterizedTest
    @EnumSource(
            value = Damage.class,
            names = {"BOTH_SUPERBLOCKS", "BOTH_TABLES", "BOTH_ROOTS"})
    void aDeviceThatIsRefusedIsShownAsFailedAndEmptied(Damage damage) {
        DeviceId refused = before(damage).id();
        assertEquals(DeviceState.FAILED, row(refused).state());
        assertNotEquals(refused, after(damage).id());
    }

    @ParameterizedTest
    @EnumSource(
            value = Damage.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"BOTH_SUPERBLOCKS", "BOTH_TABLES", "BOTH_ROOTS"})
    void anyOtherStaysInService(Damage damage) {
        assertEquals(before(damage).id(), after(damage).id());
    }
}
