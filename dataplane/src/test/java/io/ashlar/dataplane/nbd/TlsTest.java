package io.ashlar.dataplane.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS with client certificates that decide about volumes. */
class TlsTest {

    @TempDir static Path scratch;
    private static SslContext context;
    private static Path alice;
    private static Path folder;

    /** Alice has hers; who proves nothing has the public volume, read-only. */
    private static final AccessRules RULES =
            (client, volume) -> {
                boolean isAlice =
                        client.certificate()
                                .filter(c ->
                                        c.getSubjectX500Principal().getName().equals("CN=alice"))
                                .isPresent();
                if (volume.equals("public")) {
                    return Access.READ_ONLY;
                }
                return isAlice && volume.startsWith("alice") ? Access.READ_WRITE : Access.NONE;
            };

    @BeforeAll
    static void makeCertificates() throws Exception {
        TestCertificates server = TestCertificates.make(scratch, "server");
        TestCertificates client = TestCertificates.make(scratch, "alice");
        alice = client.clientFolder(scratch.resolve("alice"), server.certificate());
        context =
                SslContextBuilder.forServer(server.key(), server.certificate())
                        .sslProvider(SslProvider.JDK)
                        .trustManager(client.certificate())
                        .clientAuth(ClientAuth.OPTIONAL)
                        .build();
        folder = Files.createDirectories(scratch.resolve("sockets"));
    }

    private static TestServer open(TlsMode mode) {
        TestServer server = TestServer.secured(folder, RULES, mode, context);
        for (String name : new String[] {"alice1", "alice2", "bob", "public"}) {
            server.directory.add(name, 8 << 20);
        }
        return server;
    }

    private static String uri(TestServer server, String volume) {
        return "nbds://localhost:"
                + server.address().getPort()
                + "/"
                + volume
                + "?tls-certificates="
                + alice;
    }

    @Test
    void servesItsVolumesToTheHolderOfACertificate() throws Exception {
        byte[] image = new byte[8 << 20];
        new Random(5).nextBytes(image);
        Files.write(scratch.resolve("in.img"), image);
        try (TestServer server = open(TlsMode.REQUIRED)) {
            for (String volume : new String[] {"alice1", "alice2"}) { // on different loops
                Tool.NBDCOPY.run(scratch, "in.img", uri(server, volume));
                Tool.NBDCOPY.run(scratch, uri(server, volume), "out.img");
                assertArrayEquals(image, Files.readAllBytes(scratch.resolve("out.img")));
            }
            Tool.Result bob = Tool.NBDINFO.attempt(scratch, uri(server, "bob"));
            assertNotEquals(0, bob.status(), bob.output());
            String list = Tool.NBDINFO.run(scratch, "--list", uri(server, ""));
            assertTrue(list.contains("alice1") && list.contains("public"), list);
            assertTrue(!list.contains("bob"), list);
            assertTrue(list.contains("with TLS"), list);
        }
    }

    @Test
    void requiredTurnsPlainClientsAway() throws Exception {
        try (TestServer server = open(TlsMode.REQUIRED)) {
            Tool.Result plain = Tool.NBDINFO.attempt(scratch, server.uri("public"));
            assertNotEquals(0, plain.status());
            assertTrue(plain.output().contains("TLS"), plain.output());
        }
    }

    @Test
    void optionalServesPlainClientsByTheRules() throws Exception {
        try (TestServer server = open(TlsMode.OPTIONAL)) {
            String info = Tool.NBDINFO.run(scratch, server.uri("public"));
            assertTrue(info.contains("is_read_only: true"), info);
            assertNotEquals(0, Tool.NBDINFO.attempt(scratch, server.uri("alice1")).status());
            String mine = Tool.NBDINFO.run(scratch, uri(server, "alice1"));
            assertTrue(mine.contains("is_read_only: false"), mine);
        }
    }

    @Test
    void closesOnDataSmuggledInBeforeTls() throws Exception {
        try (TestServer server = open(TlsMode.OPTIONAL);
                RawClient client = RawClient.connect(server.address())) {
            client.send(
                    HandshakeTest.concat(
                            new byte[] {0, 0, 0, 3},
                            Dialogue.optionBytes(OptionCode.STARTTLS, new byte[0]),
                            Dialogue.optionBytes(OptionCode.LIST, new byte[0])));
            assertEquals(Magic.OPTION_REPLY, client.in.readLong());
            client.in.readNBytes(12);
            assertTrue(client.closed());
        }
    }

    @Test
    void closesOnWhatIsNoTls() throws Exception {
        try (TestServer server = open(TlsMode.REQUIRED);
                RawClient client = RawClient.connect(server.address())) {
            client.send(new byte[] {0, 0, 0, 3});
            assertEquals(OptionReply.ACK, client.option(OptionCode.STARTTLS));
            client.send(Dialogue.optionBytes(OptionCode.LIST, new byte[0]));
            client.in.readAllBytes(); // perhaps an alert, then the end
            Await.until(() -> server.metrics.counter("nbd.connections").getCount() == 0);
        }
    }
}
