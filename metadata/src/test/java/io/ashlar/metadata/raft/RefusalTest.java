package io.ashlar.metadata.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that must not start: each says what is wrong and what to do, in one line. */
class RefusalTest {

    private static final String PEERS = "m1@127.0.0.1:7101,m2@127.0.0.1:7102,m3@127.0.0.1:7103";

    private static String refused(ErrorCode code, PeerConfig config) {
        StorageException e =
                assertThrows(StorageException.class, () -> PeerDirectory.open(config).close());
        assertEquals(code, e.code(), e.getMessage());
        String message = String.valueOf(e.getMessage());
        assertFalse(message.contains("\n"), message);
        return message;
    }

    @Test
    void refusesThePortOfAnotherProcess(@TempDir Path directory) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HostPort address = new HostPort("127.0.0.1", taken.getLocalPort());
            PeerConfig config = PeerConfig.of("m1", "m1@" + address, directory);
            StorageException e =
                    assertThrows(StorageException.class, () -> MetadataPeer.start(config).close());
            assertEquals(ErrorCode.IN_USE, e.code());
            assertTrue(String.valueOf(e.getMessage()).contains(address.toString()), e.toString());
        }
    }

    @Test
    void refusesTheDirectoryOfAnotherPeer(@TempDir Path directory) {
        PeerDirectory.open(PeerConfig.of("m1", PEERS, directory)).close();
        String message = refused(ErrorCode.WRONG_CLUSTER, PeerConfig.of("m2", PEERS, directory));
        assertTrue(message.contains("id m1") && message.contains("id m2"), message);
    }

    @Test
    void refusesTheDirectoryOfAnotherGroup(@TempDir Path directory) {
        PeerDirectory.open(PeerConfig.of("m1", PEERS, directory)).close();
        String message =
                refused(
                        ErrorCode.WRONG_CLUSTER,
                        PeerConfig.of("m1", "m1@127.0.0.1:7101", directory));
        assertTrue(message.contains("m3@127.0.0.1:7103"), message);
    }

    @Test
    void refusesADirectoryInUse(@TempDir Path directory) {
        PeerConfig config = PeerConfig.of("m1", PEERS, directory);
        try (PeerDirectory _ = PeerDirectory.open(config)) {
            assertTrue(refused(ErrorCode.IN_USE, config).contains(directory.toString()));
        }
    }

    @Test
    void refusesALogWithoutItsOwner(@TempDir Path directory) throws IOException {
        Files.createDirectories(directory.resolve("raft"));
        refused(ErrorCode.CORRUPT, PeerConfig.of("m1", PEERS, directory));
    }

    @Test
    void refusesADirectoryOfALaterVersion(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("peer"), "ashlar metadata peer, format 2\n");
        refused(ErrorCode.WRONG_VERSION, PeerConfig.of("m1", PEERS, directory));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "127.0.0.1:7101",
                "m1@127.0.0.1",
                "m1@h:1,m1@h:2",
                "m1@h:1,m2@h:1",
                "m2@h:1",
                "M1@h:1",
                "m1@h:70000"
            })
    void refusesAListOfPeersThatIsNone(String peers) {
        assertThrows(
                IllegalArgumentException.class, () -> PeerConfig.of("m1", peers, Path.of("d")));
    }
}
