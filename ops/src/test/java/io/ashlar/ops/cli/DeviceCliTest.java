package io.ashlar.ops.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Payload;
import io.ashlar.common.config.ByteSize;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.store.MirrorLabel;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import io.ashlar.dataplane.store.log.DeviceFormat;
import io.ashlar.dataplane.store.log.LogStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ashlar device} on devices that two extents of a volume were written to. */
class DeviceCliTest {

    private static final ClusterId CLUSTER = new ClusterId(new UUID(1, 2));
    private static final int EXTENT_BLOCKS = 512;
    private static final long VOLUME_BYTES = 3L * EXTENT_BLOCKS * Blocks.SIZE - 10_000;

    @TempDir private Path scratch = Path.of("");
    private Path device = Path.of("");
    private final byte[] content = new byte[(int) VOLUME_BYTES];
    private String out = "";
    private String err = "";

    /** Extents 0 and 2 of three; a block at each end of both is written, some are trimmed. */
    @BeforeEach
    void fill() throws IOException {
        device = Files.createDirectory(scratch.resolve("device"));
        DeviceFormat.format(device, new DeviceId(new UUID(3, 4)), CLUSTER, ByteSize.parse("32MiB"));
        try (LogStore store = LogStore.open(device, CLUSTER)) {
            Random random = new Random(1);
            for (int extent : List.of(0, 2)) {
                MirrorId mirror = new MirrorId(10 + extent);
                int blocks =
                        extent == 2
                                ? (int) Blocks.covering(VOLUME_BYTES) - 2 * EXTENT_BLOCKS
                                : EXTENT_BLOCKS;
                done(store, mirror, new StoreRequest.Create(label(extent, blocks)));
                int[] written = {0, 1, 255, 256, blocks - 1};
                for (int i = 0; i < written.length; i++) {
                    byte[] bytes = new byte[Blocks.SIZE];
                    random.nextBytes(bytes);
                    long first = (long) extent * EXTENT_BLOCKS + written[i];
                    int at = (int) (first << Blocks.SHIFT);
                    System.arraycopy(
                            bytes, 0, content, at, Math.min(Blocks.SIZE, content.length - at));
                    change(
                            store,
                            mirror,
                            i + 1,
                            new Change.Data(new BlockRange(written[i], 1), Payload.of(bytes)));
                }
                change(store, mirror, 6, new Change.Zero(new BlockRange(1, 1), true));
                int at = (extent * EXTENT_BLOCKS + 1) << Blocks.SHIFT;
                Arrays.fill(content, at, at + Blocks.SIZE, (byte) 0);
            }
        }
    }

    private static MirrorLabel label(int extent, int blocks) {
        return new MirrorLabel(
                CLUSTER,
                new VolumeId(7),
                "files",
                VOLUME_BYTES,
                new ExtentId(20 + extent),
                extent,
                blocks);
    }

    private static void change(LogStore store, MirrorId mirror, int seq, Change change) {
        done(
                store,
                mirror,
                new StoreRequest.Append(
                        new JournalRecord.Write(new Position(1, seq), change, seq - 1)));
    }

    private static void done(LogStore store, MirrorId mirror, StoreRequest request) {
        CompletableFuture<StoreAnswer> answer = new CompletableFuture<>();
        store.submit(mirror, request, answer::complete);
        assertTrue(answer.join() instanceof StoreAnswer.Done, () -> answer.join().toString());
    }

    private int run(String... args) {
        StringWriter printed = new StringWriter();
        StringWriter complained = new StringWriter();
        int code =
                Ashlar.commandLine(
                                (group, tls) -> {
                                    throw new IllegalStateException("needs no cluster");
                                },
                                Map.of(),
                                new PrintWriter(printed, true),
                                new PrintWriter(complained, true))
                        .execute(args);
        out = printed.toString();
        err = complained.toString();
        return code;
    }

    private JsonNode json(int code, String... args) throws IOException {
        List<String> words = new ArrayList<>(List.of("device", "-o", "json"));
        words.addAll(List.of(args));
        assertEquals(code, run(words.toArray(String[]::new)), () -> out + err);
        return new ObjectMapper().readTree(out);
    }

    /** Refused in one line that says each of {@code parts}. */
    private void refused(String[] words, String... parts) {
        assertEquals(1, run(words), () -> out);
        assertEquals(1, err.lines().count(), err);
        for (String part : parts) {
            assertTrue(err.contains(part), () -> "'" + part + "' is not in: " + err);
        }
    }

    private static String[] words(String... words) {
        return words;
    }

    @Test
    void inspectShowsWhatTheMappingTablesNeed() throws IOException {
        JsonNode shown = json(0, "inspect", device.toString());

        assertEquals(CLUSTER.toString(), shown.get("cluster").asText());
        assertTrue(shown.get("clean").asBoolean());
        JsonNode mirror = shown.get("mirrors").get(1);
        assertEquals(12, mirror.get("id").asLong());
        assertEquals(7, mirror.get("volume").asLong());
        assertEquals("files", mirror.get("volumeName").asText());
        assertEquals(VOLUME_BYTES, mirror.get("volumeSize").asLong());
        assertEquals(22, mirror.get("extent").asLong());
        assertEquals(2, mirror.get("extentIndex").asInt());
        assertEquals(6, mirror.get("seq").asLong());
        assertEquals(4, mirror.get("dataBlocks").asLong());
        assertEquals(0, run("device", "inspect", device.toString()));
        assertTrue(out.contains("files"), out);
    }

    @Test
    void verifyNamesEveryDamagedBlock() throws IOException {
        assertTrue(json(0, "verify", device.toString()).get("badBlocks").isEmpty());
        damageBlock(EXTENT_BLOCKS * 2 + 255);

        JsonNode bad = json(1, "verify", device.toString()).get("badBlocks");

        assertEquals(1, bad.size());
        assertEquals(12, bad.get(0).get("mirror").asLong());
        assertEquals(255, bad.get(0).get("block").asLong());
    }

    @Test
    void exportsWhatIsHereOfAVolumeSparsely() throws IOException {
        Path image = scratch.resolve("image");

        JsonNode done =
                json(
                        1,
                        "export",
                        device.toString(),
                        "--volume",
                        "files",
                        "--extent-size",
                        "2MiB",
                        "--to",
                        image.toString());

        assertEquals("[1]", done.get("missingExtents").toString());
        assertTrue(done.get("behind").asBoolean(), "no activation told it that it is in sync");
        assertArrayEquals(content, Files.readAllBytes(image));
    }

    @Test
    void exportsOneMirrorWithoutItsDamagedBlocks() throws IOException {
        Path image = scratch.resolve("image");
        damageBlock(0);
        byte[] wanted = Arrays.copyOf(content, EXTENT_BLOCKS << Blocks.SHIFT);
        Arrays.fill(wanted, 0, Blocks.SIZE, (byte) 0);

        JsonNode done =
                json(1, "export", device.toString(), "--mirror", "10", "--to", image.toString());

        assertEquals(0, done.get("badBlocks").get(0).get("block").asLong());
        assertArrayEquals(wanted, Files.readAllBytes(image));
        refused(
                words(
                        "device",
                        "export",
                        device.toString(),
                        "--mirror",
                        "12",
                        "--to",
                        image.toString()),
                image.toString(),
                "--add");
    }

    @Test
    void saysWhatIsHereWhenSomethingElseIsAskedFor() {
        String image = scratch.resolve("image").toString();
        String dir = device.toString();

        refused(words("device", "export", dir, "--to", image), "--mirror", "--volume");
        refused(words("device", "export", dir, "--mirror", "3", "--to", image), "10", "12");
        refused(words("device", "export", dir, "--volume", "x", "--to", image), "files");
        refused(
                words("device", "export", dir, "--volume", "files", "--to", image),
                "16GiB",
                "--extent-size");
        assertFalse(Files.exists(Path.of(image)));
    }

    @Test
    void looksAtADeviceThatCannotBeWritten() throws IOException {
        List<Path> files;
        try (var entries = Files.list(device)) {
            files = entries.sorted().toList();
        }
        List<Long> before = checksums(files);
        assertEquals(0, run("device", "verify", device.toString()), () -> err);
        assertEquals(before, checksums(files));
        assertEquals(1, run("device", "inspect", scratch.toString()));
        assertFalse(Files.exists(scratch.resolve("lock")), "no trace in a directory of no device");
    }

    private static List<Long> checksums(List<Path> files) throws IOException {
        List<Long> sums = new ArrayList<>();
        for (Path file : files) {
            CRC32C crc = new CRC32C();
            crc.update(Files.readAllBytes(file));
            sums.add(crc.getValue());
        }
        return sums;
    }

    @Test
    void refusesWhatIsNoDeviceOrNotWhole() throws IOException {
        String dir = device.toString();
        refused(words("device", "inspect", scratch.resolve("none").toString()), "none", "mounted");
        refused(words("device", "inspect", scratch.toString()), "no Ashlar device");
        try (LogStore _ = LogStore.open(device, CLUSTER)) {
            refused(words("device", "verify", dir), dir, "open in another process", "stop");
        }
        try (RandomAccessFile log = new RandomAccessFile(device.resolve("log").toFile(), "rw")) {
            log.setLength(log.length() / 2);
        }
        refused(words("device", "verify", dir), dir, "cut short", "restore");
        Files.delete(device.resolve("log"));
        refused(words("device", "verify", dir), dir, "log is missing", "restore");
    }

    @Test
    void refusesANewerFormat() throws IOException {
        for (String copy : List.of("device-a", "device-b")) {
            rewrite(
                    device.resolve(copy),
                    bytes -> {
                        bytes[4] = 2;
                        Arrays.fill(bytes, 20, 24, (byte) 0);
                        CRC32C crc = new CRC32C();
                        crc.update(bytes);
                        for (int i = 0; i < 4; i++) {
                            bytes[20 + i] = (byte) (crc.getValue() >>> (8 * i));
                        }
                        return bytes;
                    });
        }
        refused(
                words("device", "inspect", device.toString()),
                "format version 2",
                "knows version 1",
                "run the version that wrote it");
    }

    private static void rewrite(Path file, UnaryOperator<byte[]> change) throws IOException {
        Files.write(file, change.apply(Files.readAllBytes(file)));
    }

    /** Turns a bit over in the newest bytes of a block of the volume. */
    private void damageBlock(int block) throws IOException {
        Path log = device.resolve("log");
        byte[] bytes = Files.readAllBytes(log);
        int from = block << Blocks.SHIFT;
        int at = 0;
        while (!Arrays.equals(bytes, at, at + Blocks.SIZE, content, from, from + Blocks.SIZE)) {
            at += 8;
        }
        bytes[at + 99] ^= 4;
        Files.write(log, bytes);
    }
}
