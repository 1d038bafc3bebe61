package io.ashlar.ops.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.ops.attach.NbdHandshake.Export;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NbdHandshakeTest {

    private static final String MAGIC = "4e42444d41474943" + "49484156454f5054";
    private static final String REPLY = "0003e889045565a9" + "00000007";
    private static final String EXPORT = REPLY + "00000003" + "0000000c";
    private static final String ACK = REPLY + "00000001" + "00000000";

    /** What a server would say, and what was said to it. */
    private static final class Script implements Wire {

        private final ByteBuffer server;
        private final ByteArrayOutputStream client = new ByteArrayOutputStream();

        Script(String... hex) {
            server = ByteBuffer.wrap(HexFormat.of().parseHex(String.join("", hex)));
        }

        @Override
        public void send(byte[] bytes) {
            client.writeBytes(bytes);
        }

        @Override
        public byte[] receive(int count) {
            byte[] taken = new byte[count];
            server.get(taken);
            return taken;
        }
    }

    private static Export attach(Script script) {
        NbdHandshake handshake = new NbdHandshake(script);
        handshake.begin();
        return handshake.go("db");
    }

    private static StorageException refused(String... hex) {
        return assertThrows(StorageException.class, () -> attach(new Script(hex)));
    }

    private static String described(String text) {
        String hex = HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
        return REPLY + "00000003" + "%08x".formatted(2 + text.length()) + "0002" + hex;
    }

    @Test
    void asksForAVolumeAndWhichItIs() {
        Script script =
                new Script(
                        MAGIC + "0003",
                        REPLY + "00000003" + "0000000e" + "0003" + "000000010000100002000000",
                        EXPORT + "0000" + "0000000080000000" + "016d",
                        described("Ashlar volume 17 of 2GiB"),
                        ACK);

        assertEquals(new Export(2L << 30, 0x16d, Optional.of(17L)), attach(script));

        assertEquals(0, script.server.remaining());
        assertEquals(
                "00000003"
                        + ("49484156454f5054" + "00000007" + "0000000a")
                        + ("00000002" + "6462" + "0001" + "0002"),
                HexFormat.of().formatHex(script.client.toByteArray()));
    }

    @Test
    void needsNoDescription() {
        String export = EXPORT + "0000" + "0000000080000000" + "016d";
        Export expected = new Export(2L << 30, 0x16d, Optional.empty());

        assertEquals(expected, attach(new Script(MAGIC + "0003", export, ACK)));
        String another = described("a disk of 2 GiB");
        assertEquals(expected, attach(new Script(MAGIC + "0003", another, export, ACK)));
    }

    @Test
    void goesOnOnlyAsTheSameVolume() {
        HostPort server = new HostPort("a", 1);
        Export seven = new Export(100, 1, Optional.of(7L));
        Export unknown = new Export(100, 1, Optional.empty());

        assertEquals(
                new Export(200, 3, Optional.of(7L)),
                seven.goOnAs(new Export(200, 3, Optional.of(7L)), server, "db"));
        assertEquals(seven, seven.goOnAs(unknown, server, "db"));
        assertEquals(unknown, unknown.goOnAs(seven, server, "db"));
        for (Export other :
                List.of(
                        new Export(100, 1, Optional.of(8L)), // made again
                        new Export(99, 1, Optional.of(7L)),
                        new Export(99, 1, Optional.empty()))) {
            StorageException refusal =
                    assertThrows(StorageException.class, () -> seven.goOnAs(other, server, "db"));
            assertEquals(ErrorCode.CONFLICT, refusal.code());
        }
    }

    @Test
    void saysWhyTheServerRefuses() {
        String why = HexFormat.of().formatHex("no such volume".getBytes(StandardCharsets.UTF_8));

        StorageException refusal = refused(MAGIC + "0003", REPLY + "80000006" + "0000000e" + why);

        assertEquals(ErrorCode.UNAVAILABLE, refusal.code());
        assertTrue(
                Objects.toString(refusal.getMessage()).contains("'db': no such volume"),
                refusal::getMessage);
    }

    @Test
    void saysThatTheKernelSpeaksNoTls() {
        StorageException refusal = refused(MAGIC + "0003", REPLY + "80000005" + "00000000");

        assertEquals(ErrorCode.INVALID, refusal.code());
        assertTrue(Objects.toString(refusal.getMessage()).contains("TLS"), refusal::getMessage);
    }

    @Test
    void takesNothingElseForAnNbdServer() {
        refused("48545450".repeat(5));
        refused(MAGIC + "0000"); // oldstyle options
        refused(MAGIC + "0003", "00".repeat(20));
        refused(MAGIC + "0003", ACK); // without a size
        refused(MAGIC + "0003", EXPORT.substring(0, 32) + "7fffffff");
        refused(MAGIC + "0003", REPLY + "00000003" + "00000004" + "00000000");
    }
}
